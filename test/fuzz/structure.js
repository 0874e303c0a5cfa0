import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

/**
 * The inside of a file, for mutants whose outside is whole: without it, most would end at a checksum
 * or a length.
 *
 * @typedef {object} Structure
 * @property {(bytes: Buffer) => Buffer[]} open the parts of a file, any of which may be mutated
 * @property {(parts: Buffer[]) => Buffer} close a file of parts
 */

/** A gzip file: its content. @type {Structure} */
export const gzipped = {
  open: (bytes) => {
    try {
      return [gunzipSync(bytes, { maxOutputLength: 2 ** 16 })];
    } catch {
      // Damaged, or too long to play with: its content is the file itself.
      return [bytes];
    }
  },
  close: (parts) => gzipSync(Buffer.concat(parts), { level: 1 }),
};

/** An IDX file: its header, and as many elements as that asks for. @type {Structure} */
export const sized = {
  open: (bytes) => {
    const headerBytes = 4 + 4 * (bytes[3] ?? 0);
    return [bytes.subarray(0, headerBytes), bytes.subarray(headerBytes)];
  },
  close: ([header = Buffer.alloc(0), ...rest]) => {
    const payload = Buffer.concat(rest);
    const [, , code = 0, dimensions = 0] = header;
    if (header.length !== 4 + 4 * dimensions) return Buffer.concat([header, payload]);
    let length = { 11: 2, 12: 4, 13: 4, 14: 8 }[code] ?? 1;
    for (let axis = 1; axis <= dimensions; axis++) length *= header.readUInt32BE(4 * axis);
    if (length > 2 ** 16) return Buffer.concat([header, payload]);
    return Buffer.concat([header, payload, Buffer.alloc(length)], header.length + length);
  },
};

/** A safetensors file: its header, whose length stands before it, and its data. @type {Structure} */
export const headed = {
  open: (bytes) => {
    if (bytes.length < 8) return [bytes];
    const length = bytes.readUInt32LE(0);
    return [bytes.subarray(8, 8 + length), bytes.subarray(8 + length)];
  },
  close: ([header = Buffer.alloc(0), ...rest]) => {
    const length = Buffer.alloc(8);
    length.writeUInt32LE(header.length);
    return Buffer.concat([length, header, ...rest]);
  },
};

/** An event log: its records, each with its length before it. @type {Structure} */
export const records = {
  open: (bytes) => {
    const parts = [];
    for (let start = 0; start < bytes.length;) {
      let length = 0;
      let at = start;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++] ?? 0;
        length += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80 || shift > 28) break;
      }
      parts.push(bytes.subarray(at, at + length));
      start = at + length;
    }
    return parts;
  },
  close: (parts) => Buffer.concat(parts.flatMap((part) => [varint(part.length), part])),
};

/** Field 15 of 32 bytes, which the manifest of a checkpoint ends with: the hash of all before it. */
const seal = Buffer.from([0x7a, 32]);
const sealBytes = seal.length + 32;

/** The manifest of a checkpoint: what its seal vouches for. @type {Structure} */
export const sealed = {
  open: (bytes) => (bytes.length < sealBytes ? [bytes] : [bytes.subarray(0, -sealBytes)]),
  close: (parts) => {
    const content = Buffer.concat(parts);
    return Buffer.concat([content, seal, createHash('sha256').update(content).digest()]);
  },
};

/** @param {number} value below 2^31 */
export function varint(value) {
  const digits = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) digits.push((rest & 0x7f) | 0x80);
  return Buffer.from([...digits, rest]);
}
