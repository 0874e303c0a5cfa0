import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, symlink, truncate, type FileHandle } from 'node:fs/promises';
import { makeDirectory } from '@dltrain/core';

/** How the names of files end that are not whole yet. */
export const draftSuffix = '.tmp';

/** A file that is being written: each write adds to its end. */
export interface DiskFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Makes sure that what was written outlasts a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What is asked of a disk by those who must not lose anything. It is an interface so that tests can lose,
 * tear and refuse what is written.
 */
export interface Disk {
  /** Makes a directory and those above it; nothing happens if it is there. */
  makeDirectory(path: string): Promise<void>;
  /** The names in a directory, in no order; none if it is not there. */
  list(path: string): Promise<string[]>;
  /** Creates a file, which must not exist. */
  create(path: string): Promise<DiskFile>;
  /** Opens a file that is there, to write on at its end. */
  append(path: string): Promise<DiskFile>;
  /** Cuts a file off after its first bytes, also one that is being written; then its end is there. */
  truncate(path: string, length: number): Promise<void>;
  /** Gives a file or link another name, which it takes from what had it. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, a link or a whole directory; nothing happens if it is not there. */
  remove(path: string): Promise<void>;
  /** Makes a link to a directory, or points it elsewhere; `target` is relative to where the link lies. */
  link(target: string, path: string): Promise<void>;
  /** Makes sure that the names in a directory outlast a power cut. */
  syncDirectory(path: string): Promise<void>;
}

/** The disk of this machine. */
export const nodeDisk: Disk = {
  makeDirectory,
  list: async (path) => {
    try {
      return await readdir(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  },
  create: async (path) => diskFile(await open(path, 'ax')),
  append: async (path) => diskFile(await open(path, 'a')),
  // By its name: Windows cuts no file off by a handle that appends.
  truncate,
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  link: async (target, path) => {
    const draft = `${path}.${randomUUID()}${draftSuffix}`;
    // A junction, which Windows makes of it, needs no special rights there; it is not replaced by a rename.
    await symlink(target, draft, 'junction');
    if (process.platform === 'win32') await rm(path, { recursive: true, force: true });
    await rename(draft, path);
  },
  syncDirectory: async (path) => {
    // Windows has no such call, and needs none.
    if (process.platform === 'win32') return;
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};

function diskFile(file: FileHandle): DiskFile {
  return {
    write: (bytes) => file.appendFile(bytes),
    sync: () => file.sync(),
    close: () => file.close(),
  };
}
