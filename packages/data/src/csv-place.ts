/** A place in a text file, counted from 1, in lines and characters. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

const lineFeed = 10;
const carriageReturn = 13;
const quote = 34;
const space = 32;

/**
 * Where field number `field` (from 0) of the record that begins at byte `start` stands. It walks the
 * text again, which the parser does not remember; only an error needs it.
 */
export function placeOfField(
  bytes: Uint8Array,
  start: number,
  field: number,
  delimiter: string,
): TextPlace {
  const separator = delimiter.charCodeAt(0);
  let position = start;
  while (isLineEnd(bytes[position])) position += 1;
  let quoted = false;
  for (let rest = field; rest > 0 && position < bytes.length; position++) {
    const byte = bytes[position];
    if (byte === quote) quoted = !quoted;
    else if (quoted) continue;
    else if (byte === separator) rest -= 1;
    else if (isLineEnd(byte)) break;
  }
  while (bytes[position] === space) position += 1;
  return placeOfByte(bytes, position);
}

function placeOfByte(bytes: Uint8Array, position: number): TextPlace {
  let line = 1;
  let lineStart = hasByteOrderMark(bytes) ? 3 : 0;
  for (let index = 0; index < position; index++) {
    if (
      isLineEnd(bytes[index]) &&
      !(bytes[index] === carriageReturn && bytes[index + 1] === lineFeed)
    ) {
      line += 1;
      lineStart = index + 1;
    }
  }
  const before = new TextDecoder().decode(bytes.subarray(lineStart, Math.max(position, lineStart)));
  return { line, column: Array.from(before).length + 1 };
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
