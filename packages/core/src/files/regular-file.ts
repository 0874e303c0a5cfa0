import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { DltrainError } from '../errors.js';

/** Why a file cannot be read. */
export type FileProblem = 'missing' | 'folder' | 'special' | 'unreadable' | 'shorter' | 'longer';

/** A file that cannot be read; the message leaves its name to the reader, who puts it in front. */
export class FileError extends DltrainError {
  constructor(
    readonly problem: FileProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Opening a pipe waits for somebody to write into it, unless it is opened so; what is no regular file
 * is then refused before anything is read. Windows has no such flag and no such pipes among its files.
 */
const readOnly = constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0);

/** One read call takes less than 2 GiB. */
const mostBytesOfOneRead = 2 ** 30;

/** An open file and how long it was then; readers go by that, whatever is done to the file later. */
export interface OpenFile {
  readonly file: FileHandle;
  readonly size: number;
}

/**
 * Opens a file for reading. Folders, pipes, sockets and devices are refused at once: they have no
 * length to hold against what they say of themselves, and reading them may never end.
 *
 * @throws {FileError}
 */
export async function openRegularFile(path: string): Promise<OpenFile> {
  let file: FileHandle;
  try {
    file = await open(path, readOnly);
  } catch (cause) {
    throw openingError(cause);
  }
  try {
    const stats = await file.stat();
    checkRegular(stats);
    return { file, size: stats.size };
  } catch (error) {
    await file.close();
    throw error instanceof FileError ? error : openingError(error);
  }
}

/**
 * Exactly `length` bytes from a place in a file.
 *
 * @throws {FileError} if the file ends before
 */
export async function readExactly(
  file: FileHandle,
  position: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = memoryFor(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await readSome(file, bytes, done, length - done, position + done);
    if (bytesRead === 0) throw becameShorter(position + done, position + length);
    done += bytesRead;
  }
  return bytes;
}

/**
 * The pieces of a file from its beginning to where it ends by then, for what is read as it grows.
 *
 * @throws {FileError}
 */
export async function* piecesOfFile(
  path: string,
  pieceBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { file } = await openRegularFile(path);
  try {
    for (let position = 0; ;) {
      // The consumer may keep the last piece while it asks for more.
      const piece = new Uint8Array(pieceBytes);
      const { bytesRead } = await readSome(file, piece, 0, pieceBytes, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/**
 * All bytes of a file that has at most `maxBytes`, without leaving the thread.
 *
 * @throws {FileError} `longer` for a file of more
 */
export function readSmallFileSync(path: string, maxBytes: number): Uint8Array {
  let file: number;
  try {
    file = openSync(path, readOnly);
  } catch (cause) {
    throw openingError(cause);
  }
  try {
    const stats = fstatSync(file);
    checkRegular(stats);
    if (stats.size > maxBytes) {
      throw new FileError('longer', `${stats.size} bytes, where at most ${maxBytes} are read`);
    }
    const bytes = new Uint8Array(stats.size);
    for (let done = 0; done < bytes.length;) {
      const bytesRead = readSync(file, bytes, done, bytes.length - done, done);
      if (bytesRead === 0) throw becameShorter(done, bytes.length);
      done += bytesRead;
    }
    return bytes;
  } catch (error) {
    throw error instanceof FileError ? error : openingError(error);
  } finally {
    closeSync(file);
  }
}

function memoryFor(length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new FileError('unreadable', `cannot be read: there is no memory for ${length} bytes`, {
      cause,
    });
  }
}

async function readSome(
  file: FileHandle,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
) {
  try {
    return await file.read(bytes, offset, Math.min(length, mostBytesOfOneRead), position);
  } catch (cause) {
    throw new FileError('unreadable', `cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function checkRegular(stats: Stats): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw folderError();
  throw new FileError(
    'special',
    'is no regular file but a pipe, a socket or a device; write its content to a file and give that',
  );
}

function becameShorter(done: number, expected: number): FileError {
  return new FileError(
    'shorter',
    `became shorter while it was read (${done} of ${expected} bytes); read it again when it is whole`,
  );
}

function folderError(cause?: unknown): FileError {
  return new FileError('folder', 'is a folder; give a file', { cause });
}

function openingError(cause: unknown): FileError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new FileError('missing', 'there is no such file', { cause });
    case 'EISDIR':
      return folderError(cause);
    case 'EACCES':
    case 'EPERM':
      return new FileError('unreadable', 'cannot be opened: permission denied', { cause });
    case 'ENXIO':
      return new FileError('special', 'is a socket or a device; give a file', { cause });
    default:
      return new FileError('unreadable', `cannot be opened: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
