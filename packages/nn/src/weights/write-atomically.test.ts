import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDisk, type Disk } from './disk.js';
import { writeAtomically } from './write-atomically.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dltrain-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writing a file as a whole or not at all', () => {
  it('throws away what a sync that failed leaves in doubt, and begins anew', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'old');
    const created: string[] = [];
    const renamed: string[] = [];
    let isFailing = true;
    const disk: Disk = {
      ...nodeDisk,
      create: async (file) => {
        created.push(file);
        const real = await nodeDisk.create(file);
        const sync = (): Promise<void> =>
          isFailing ? Promise.reject(new Error('EIO: i/o error, fsync')) : real.sync();
        return { ...real, sync };
      },
      rename: (from, to) => {
        renamed.push(from);
        return nodeDisk.rename(from, to);
      },
    };
    await expect(writeAtomically(path, Buffer.from('new'), disk)).rejects.toThrow(/EIO/);
    expect(renamed).toEqual([]);
    expect(await readdir(folder)).toEqual(['file']);
    expect(await readFile(path, 'utf8')).toBe('old');
    isFailing = false;
    await writeAtomically(path, Buffer.from('new'), disk);
    // Not the one whose bytes the system may have dropped.
    expect(new Set(created).size).toBe(2);
    expect(renamed).toEqual(created.slice(1));
    expect(await readFile(path, 'utf8')).toBe('new');
  });
});
