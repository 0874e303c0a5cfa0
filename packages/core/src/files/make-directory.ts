import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DltrainError } from '../errors.js';

/** A directory that cannot be made. */
export class DirectoryError extends DltrainError {
  constructor(
    message: string,
    /** That of the system, such as EACCES. */
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Makes a directory, and before it those above it that are missing; nothing happens if it is there. The
 * recursive way of Node never ends where the system calls missing what may not be made, as Linux does in /proc.
 *
 * @throws {DirectoryError} naming the first that cannot be made
 */
export async function makeDirectory(path: string): Promise<void> {
  const above = dirname(path);
  if (above !== path && !(await isDirectory(above))) await makeDirectory(above);
  try {
    await mkdir(path);
  } catch (cause) {
    // It was there before, or another process was faster.
    if (await isDirectory(path)) return;
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const why = { EEXIST: 'what has its name is none', ENOENT: `${above} takes none` }[code];
    throw new DirectoryError(
      `the directory ${path} cannot be made: ${why === undefined ? message : `${why} (${message})`}; name another place`,
      code,
      { cause },
    );
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Whatever keeps it from being seen is told by the attempt to make it.
    return false;
  }
}
