import { FileError, openRegularFile, readExactly } from '@dltrain/core';
import { createGunzip } from 'node:zlib';
import { DataError, messageOf } from './errors.js';
import { defaultMaxBytes } from './growing-array.js';

/** What is read: a path, or the bytes themselves. */
export type ByteSource = string | Uint8Array;

export interface ReadOptions {
  /**
   * The most bytes that a file may hold, before and after decompression; 2 GiB by default, and no more
   * than 100 times the length of a gzip file (or 64 MiB) if its content does not announce its size.
   */
  readonly maxBytes?: number;
}

/** Tells from the first bytes how long the whole content must be; throws if they cannot be right. */
export type SizeRule = (start: Uint8Array, name: string) => number;

/**
 * Numbers as text are 3 to 20 times as long as their gzip. What is much longer, and long in itself, is
 * made to fill memory.
 */
const mostRatio = 100;
const unsuspiciousBytes = 2 ** 26;

/** As many first bytes as a {@link SizeRule} may want to see. */
const startBytes = 64;

/** How a source is called in messages. */
export function nameOf(source: ByteSource): string {
  return typeof source === 'string' ? source : '<bytes>';
}

/**
 * The bytes of a file, decompressed if it is gzip by its first two bytes (not by its name).
 *
 * With a size rule the content must have exactly the size that its own beginning announces, which
 * is checked before anything of that size is allocated, and a decompression that goes beyond it
 * stops there.
 */
export async function readBytes(
  source: ByteSource,
  options: ReadOptions = {},
  sizeRule?: SizeRule,
): Promise<Uint8Array> {
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const name = nameOf(source);
  if (typeof source !== 'string') {
    checkLimit(name, source.length, maxBytes);
    if (isGzip(source)) return gunzip(source, name, options, sizeRule);
    checkSize(name, source.length, sizeRule?.(source.subarray(0, startBytes), name), maxBytes);
    return source;
  }
  try {
    return await readFileBytes(source, options, sizeRule);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new DataError(`${name}: ${error.message}`, { cause: error });
  }
}

async function readFileBytes(
  path: string,
  options: ReadOptions,
  sizeRule: SizeRule | undefined,
): Promise<Uint8Array> {
  const { maxBytes = defaultMaxBytes } = options;
  const { file, size } = await openRegularFile(path);
  try {
    checkLimit(path, size, maxBytes);
    const start = await readExactly(file, 0, Math.min(size, startBytes));
    if (isGzip(start))
      return await gunzip(await readExactly(file, 0, size), path, options, sizeRule);
    checkSize(path, size, sizeRule?.(start, path), maxBytes);
    const bytes = await readExactly(file, 0, size);
    // Somebody may have written into the file since its start was read and believed.
    bytes.set(start);
    return bytes;
  } finally {
    await file.close();
  }
}

function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Decompresses in chunks and stops at the first byte too many, so that neither a bomb nor a header
 * that lies can take more memory than the content is allowed to have.
 */
async function gunzip(
  compressed: Uint8Array,
  name: string,
  options: ReadOptions,
  sizeRule: SizeRule | undefined,
): Promise<Uint8Array> {
  const { maxBytes = defaultMaxBytes } = options;
  // Content that announces its size is held against that; a limit that was given is meant.
  const limit =
    sizeRule === undefined && options.maxBytes === undefined
      ? Math.min(maxBytes, Math.max(unsuspiciousBytes, mostRatio * compressed.length))
      : maxBytes;
  const chunks: Uint8Array[] = [];
  let total = 0;
  let expected: number | undefined;
  const stream = createGunzip({ chunkSize: 2 ** 16 });
  try {
    stream.end(compressed);
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      total += chunk.length;
      if (sizeRule !== undefined && expected === undefined && total >= startBytes) {
        expected = sizeRule(joined(chunks, total).subarray(0, startBytes), name);
        checkLimit(name, expected, maxBytes);
      }
      if (expected !== undefined && total > expected)
        checkSize(name, total, expected, maxBytes, true);
      checkLimit(name, total, maxBytes);
      if (total > limit) throw bomb(name, compressed.length, limit);
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${name}: ${gzipProblem(error, total)}`, { cause: error });
  }
  if (stream.bytesWritten !== compressed.length) {
    throw new DataError(
      `${name}: ${compressed.length - stream.bytesWritten} bytes follow the end of the gzip data at byte ${stream.bytesWritten}; write the file again`,
    );
  }
  const content = joined(chunks, total);
  if (sizeRule !== undefined) {
    expected ??= sizeRule(content.subarray(0, startBytes), name);
    checkSize(name, total, expected, maxBytes);
  }
  return content;
}

function bomb(name: string, compressedBytes: number, limit: number): DataError {
  return new DataError(
    `${name}: its ${compressedBytes} bytes of gzip unpack to more than ${limit}, which looks like a gzip bomb; give maxBytes (max_bytes in a config), the most that it may unpack to, if that is right`,
  );
}

function gzipProblem(error: unknown, total: number): string {
  const message = messageOf(error);
  if (message === 'unexpected end of file') {
    return `truncated gzip: the compressed data end after ${total} bytes of content; fetch the file again`;
  }
  if (message === 'incorrect length check') {
    return 'corrupt gzip: the length in its trailer is not that of its content; fetch the file again';
  }
  // The first member was told by its header, so this one belongs to what comes after it.
  if (message === 'incorrect header check') {
    return 'bytes that are not gzip follow the end of the gzip data; write the file again';
  }
  return `corrupt gzip: ${message}; fetch the file again`;
}

function joined(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const all = new Uint8Array(total);
  let position = 0;
  for (const chunk of chunks) {
    all.set(chunk, position);
    position += chunk.length;
  }
  return all;
}

/** Throws if something of a file would take more bytes than the caller allows. */
export function checkLimit(name: string, size: number, maxBytes: number): void {
  if (size > maxBytes) {
    throw new DataError(
      `${name}: ${size} bytes are more than the limit of ${maxBytes}; raise maxBytes (max_bytes in a config) if that is right`,
    );
  }
}

function checkSize(
  name: string,
  actual: number,
  expected: number | undefined,
  maxBytes: number,
  more = false,
): void {
  if (expected === undefined) return;
  checkLimit(name, expected, maxBytes);
  if (actual === expected) return;
  const problem = actual < expected ? 'truncated' : 'oversized';
  throw new DataError(
    `${name}: ${problem}: its header announces ${expected} bytes, but there are ${actual}${more ? ' or more' : ''}; fetch the file again`,
  );
}
