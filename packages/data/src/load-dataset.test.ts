import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataError } from './errors.js';
import { loadDataset, type DatasetSpec } from './load-dataset.js';

const modules = `
export default { length: 2, get: (i) => ({ input: [i], target: i }) };
export const list = [{ input: [1] }];
export const record = { length: 2, inputs: { dtype: 'f32', shape: [1], data: Float32Array.of(1, 2) }, targets: null };
export const wrong = { ...record, length: 3 };
export async function make(count, first) {
  return Array.from({ length: count }, (_, i) => ({ input: [first + i], target: [i] }));
}
export function* generate() { yield { input: [5] }; }
export class Counting {
  constructor(length) { this.length = length; }
  get(i) { return { input: [i, i] }; }
}
export function fails() { throw new Error('no luck'); }
export const ragged = [{ input: [1] }, { input: [1, 2] }];
export const number = 7;
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dltrain-load-'));
  await writeFile(join(folder, 'sets.mjs'), modules);
  await writeFile(join(folder, 'broken.mjs'), 'export const = 1;');
  await writeFile(join(folder, 'typed.ts'), 'export default [{ input: [1] as number[] }];');
  await writeFile(join(folder, 'train.csv'), 'x,y\n1,b\n2,c\n3,a\n');
  await writeFile(join(folder, 'test.csv'), 'x,y\n1,c\n');
  await writeFile(join(folder, 'wide.csv'), 'x,z,y\n1,2,c\n');
  await writeFile(join(folder, 'strange.csv'), 'x,y\n1,d\n');
  await writeFile(
    join(folder, 'images'),
    Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9),
  );
  await writeFile(join(folder, 'labels'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 3));
});
afterAll(() => rm(folder, { recursive: true }));

const load = (spec: DatasetSpec) => loadDataset(spec, folder);
const csv = (path: string) => ({ type: 'csv', path, target: 'y', targetType: 'class' }) as const;

describe('loadDataset', () => {
  it('loads IDX files, with labels and without', async () => {
    const set = await load({ type: 'idx', images: 'images', labels: 'labels' });
    expect(set).toMatchObject({ length: 1, inputs: { shape: [1, 1, 1] }, targets: { classes: 4 } });
    expect((await load({ type: 'idx', images: 'images' })).targets).toBeNull();
    await expect(load({ type: 'idx', images: 'image' })).rejects.toThrow('Did you mean "images"');
  });

  it('loads CSV files', async () => {
    expect((await load(csv('train.csv'))).targets?.classNames).toEqual(['a', 'b', 'c']);
  });

  it('gives a test set the classes of the training set, and its shapes', async () => {
    const like = await load(csv('train.csv'));
    const test = await loadDataset(csv('test.csv'), folder, { like });
    expect(test.targets).toMatchObject({ data: Int32Array.of(2), classes: 3 });
    await expect(loadDataset(csv('wide.csv'), folder, { like })).rejects.toThrow(
      'wide.csv: inputs are f32 [2], but those of the training set are f32 [1]',
    );
    await expect(loadDataset(csv('strange.csv'), folder, { like })).rejects.toThrow(
      'none of the classes "a", "b", "c"',
    );
    await expect(
      loadDataset({ type: 'csv', path: 'train.csv', inputs: ['x'] }, folder, { like }),
    ).resolves.toMatchObject({ targets: null });
  });

  it.each<[string, object, object]>([
    ['a map-style object', {}, { length: 2, targets: { classes: 2 } }],
    ['an array of samples', { export: 'list' }, { length: 1, targets: null }],
    ['a dataset', { export: 'record' }, { length: 2, inputs: { shape: [1] } }],
    [
      'an async function',
      { export: 'make', args: [2, 5] },
      { inputs: { data: Float32Array.of(5, 6) }, targets: { dtype: 'f32', shape: [1] } },
    ],
    ['a generator function', { export: 'generate' }, { length: 1 }],
    ['a class', { export: 'Counting', args: [3] }, { length: 3, inputs: { shape: [2] } }],
  ])('loads %s from a module', async (_, options, expected) => {
    expect(await load({ module: './sets.mjs', ...options })).toMatchObject(expected);
    const url = pathToFileURL(join(folder, 'sets.mjs'));
    expect(await load({ module: url, ...options })).toMatchObject(expected);
  });

  it.each<[string, DatasetSpec, string]>([
    ['a module that is missing', { module: './set.mjs' }, 'Did you mean "sets.mjs"'],
    [
      'a module that does not parse',
      { module: './broken.mjs' },
      './broken.mjs: cannot be imported',
    ],
    [
      'an export that is missing',
      { module: './sets.mjs', export: 'maker' },
      './sets.mjs: has no export "maker"',
    ],
    ['a function that throws', { module: './sets.mjs', export: 'fails' }, 'fails threw: no luck'],
    ['ragged samples', { module: './sets.mjs', export: 'ragged' }, 'ragged: sample 1: input has'],
    ['a wrong length', { module: './sets.mjs', export: 'wrong' }, 'wrong: inputs hold 2 elements'],
    ['no dataset', { module: './sets.mjs', export: 'number' }, 'number: this is no dataset'],
  ])('refuses %s', async (_, spec, message) => {
    await expect(load(spec)).rejects.toThrow(DataError);
    await expect(load(spec)).rejects.toThrow(message);
  });

  it('runs TypeScript where Node does, and says so where not', async () => {
    const { typescript } = process.features as { typescript?: string | false };
    const outcome = load({ module: './typed.ts' });
    if (typeof typescript === 'string') expect((await outcome).length).toBe(1);
    else await expect(outcome).rejects.toThrow('does not run TypeScript');
  });
});
