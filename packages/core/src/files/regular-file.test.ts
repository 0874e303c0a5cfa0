import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FileError,
  openRegularFile,
  piecesOfFile,
  readExactly,
  readSmallFileSync,
} from './regular-file.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dltrain-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The problem that each way to read a path has with it. */
async function problemsWith(path: string): Promise<unknown[]> {
  const ways = [
    async () => (await openRegularFile(path)).file.close(),
    async () => {
      for await (const piece of piecesOfFile(path, 8)) expect(piece.length).toBeGreaterThan(0);
    },
    () => Promise.resolve().then(() => readSmallFileSync(path, 100)),
  ];
  return Promise.all(
    ways.map((way) =>
      way().then(
        () => 'none',
        (error: unknown) => (error instanceof FileError ? error.problem : error),
      ),
    ),
  );
}

describe('reading files', () => {
  it('reads regular ones', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'hello world');
    expect(await problemsWith(path)).toEqual(['none', 'none', 'none']);
    expect(Buffer.from(readSmallFileSync(path, 11)).toString()).toBe('hello world');
    const pieces: string[] = [];
    for await (const piece of piecesOfFile(path, 8)) pieces.push(Buffer.from(piece).toString());
    expect(pieces).toEqual(['hello wo', 'rld']);
    const { file, size } = await openRegularFile(path);
    expect(size).toBe(11);
    expect(Buffer.from(await readExactly(file, 6, 5)).toString()).toBe('world');
    await file.close();
  });

  it('refuses what is missing, a folder, or no name', async () => {
    expect(await problemsWith(join(folder, 'none'))).toEqual(['missing', 'missing', 'missing']);
    expect(await problemsWith(folder)).toEqual(['folder', 'folder', 'folder']);
    const unreadable = ['unreadable', 'unreadable', 'unreadable'];
    expect(await problemsWith('a\0b')).toEqual(unreadable);
    expect(await problemsWith(join(folder, 'x'.repeat(5000)))).toEqual(unreadable);
  });

  it.skipIf(process.platform === 'win32')('refuses pipes and devices without waiting', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const special = ['special', 'special', 'special'];
    expect(await problemsWith(pipe)).toEqual(special);
    expect(await problemsWith('/dev/zero')).toEqual(special);
    const socket = join(folder, 'socket');
    const server = createServer().listen(socket);
    await new Promise((resolve) => server.once('listening', resolve));
    expect(await problemsWith(socket)).toEqual(special);
    server.close();
  });

  it('goes by the length that it found, and says when less is left', async () => {
    const path = join(folder, 'changing');
    await writeFile(path, '0123456789');
    const { file, size } = await openRegularFile(path);
    await writeFile(path, '0123456789 and more', { flag: 'r+' });
    expect(await readExactly(file, 0, size)).toHaveLength(10);
    await truncate(path, 4);
    const reading = readExactly(file, 2, 8);
    await expect(reading).rejects.toThrow(FileError);
    await expect(reading).rejects.toThrow(/shorter.*4 of 10 bytes/);
    await file.close();
  });

  it('takes no memory for a file that is too long', async () => {
    const path = join(folder, 'long');
    await writeFile(path, '');
    await truncate(path, 2 ** 40); // sparse: takes no space, but would not fit into memory
    expect(() => readSmallFileSync(path, 1000)).toThrow(/1099511627776 bytes.*at most 1000/);
  });
});
