import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveDataPath } from './data-path.js';
import { DataError } from './errors.js';

let folder = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'dltrain-path-')));
  const files: [string, string][] = [
    ['config/numbers.csv', '1'],
    ['outside.bin', '1'],
    ['node_modules/closed/package.json', '{"name":"closed","exports":{".":"./index.js"}}'],
    ['node_modules/closed/data/part.bin', '1'],
    ['node_modules/@team/set/train.bin', '1'],
  ];
  for (const [path, content] of files) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('resolveDataPath', () => {
  const resolved = (spec: string): string => resolveDataPath(spec, join(folder, 'config'));

  it('takes paths relative to the config, absolute ones and file URLs', () => {
    const expected = join(folder, 'config', 'numbers.csv');
    expect(resolved('numbers.csv')).toBe(expected);
    expect(resolved('./numbers.csv')).toBe(expected);
    expect(resolved('../config/numbers.csv')).toBe(expected);
    expect(resolved(expected)).toBe(expected);
    expect(resolved(pathToFileURL(expected).href)).toBe(expected);
  });

  it('finds files of packages, also where an exports map hides them', () => {
    expect(resolved('npm:closed/data/part.bin')).toBe(
      join(folder, 'node_modules', 'closed', 'data', 'part.bin'),
    );
    expect(resolved('npm:@team/set/train.bin')).toBe(
      join(folder, 'node_modules', '@team', 'set', 'train.bin'),
    );
  });

  it('looks beside dltrain when the config has no such package', () => {
    expect(resolved('npm:csv-parse/package.json')).toContain('csv-parse');
  });

  it.each([
    [
      'a missing file',
      'number.csv',
      /number\.csv: there is no such file \(looked for .*config.*Did you mean "numbers\.csv"/,
    ],
    ['a missing folder', 'data/numbers.csv', /There is no folder .*data either/],
    ['a folder', '.', /is a folder/],
    ['an empty path', '', /empty/],
    ['a web address', 'https://example.org/x.csv', /download it/],
    ['a file URL of another host', 'file://host/x.csv', /x\.csv/],
    ['a missing package', 'npm:no-such-set/x.bin', /not installed.*npm install no-such-set/],
    ['a missing scoped package', 'npm:@team/none/x.bin', /npm install @team\/none/],
    ['a missing file in a package', 'npm:closed/data/parts.bin', /Did you mean "part\.bin"/],
    ['a package without a path', 'npm:closed', /give npm:package\/path/],
    ['a scope without a package', 'npm:@team/train.bin', /give npm:package\/path|not installed/],
    ['a way out of a package', 'npm:closed/../../outside.bin', /leads out of the package closed/],
    ['a package called ..', 'npm:../outside.bin', /give npm:package\/path/],
    ['a path with a zero in it', 'a\0b', /cannot hold the character 0/],
    ['a package path with a zero in it', 'npm:closed/a\0b', /cannot hold the character 0/],
    ['a longer name than files have', 'x'.repeat(5000), /^x{199}…: cannot be looked up/],
    ['a file inside a file', 'numbers.csv/x.csv', /cannot be looked up.*ENOTDIR|no such file/],
  ])('refuses %s', (_, spec, message) => {
    expect(() => resolved(spec)).toThrow(DataError);
    expect(() => resolved(spec)).toThrow(message);
  });
});
