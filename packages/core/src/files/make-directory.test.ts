import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryError, makeDirectory } from './make-directory.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dltrain-directories-'));
});
afterEach(() => rm(folder, { recursive: true }));

const failureOf = (path: string): Promise<unknown> =>
  makeDirectory(path).catch((error: unknown) => error);

describe('makeDirectory', () => {
  it('makes what is missing on the way, and leaves what is there', async () => {
    const path = join(folder, 'a', 'b', 'c');
    await makeDirectory(path);
    await writeFile(join(path, 'file'), '');
    await makeDirectory(path);
    await makeDirectory(`${path}/`);
    expect(await readdir(path)).toEqual(['file']);
    await makeDirectory('.');
    await makeDirectory('/');
  });

  it('is done by several at once', async () => {
    const path = join(folder, 'a', 'b', 'c', 'd');
    await Promise.all(Array.from({ length: 20 }, () => makeDirectory(path)));
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it('goes through links to directories', async () => {
    await mkdir(join(folder, 'real'));
    await symlink('real', join(folder, 'link'), 'junction');
    await makeDirectory(join(folder, 'link', 'inner'));
    await makeDirectory(join(folder, 'link'));
    expect(await readdir(join(folder, 'real'))).toEqual(['inner']);
  });

  it('names the one that cannot be made', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const link = join(folder, 'link');
    await symlink('nowhere', link, 'junction');
    for (const blocked of [file, link]) {
      for (const path of [blocked, join(blocked, 'run'), join(blocked, 'run', 'deeper')]) {
        const failure = await failureOf(path);
        expect(failure).toBeInstanceOf(DirectoryError);
        expect(String(failure)).toContain(
          `the directory ${blocked} cannot be made: what has its name is none (EEXIST`,
        );
      }
    }
    expect((await readdir(folder)).sort()).toEqual(['file', 'link']);
  });

  it.runIf(process.platform === 'linux')(
    'ends where Linux calls missing what is there',
    async () => {
      for (const path of ['/proc/dltrain', '/proc/dltrain/runs/run']) {
        const failure = await failureOf(path);
        expect(failure).toMatchObject({ code: 'ENOENT' });
        expect(String(failure)).toContain(
          'the directory /proc/dltrain cannot be made: /proc takes none (ENOENT',
        );
      }
    },
  );
});
