import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DltrainError } from '@dltrain/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OptionsError } from './errors.js';
import { buildModel, portableReference } from './model-source.js';

const nn = JSON.stringify(import.meta.resolve('@dltrain/nn'));
const program = `
import { Linear, Module } from ${nn};
export default class Net extends Module {
  constructor(width = 3) { super(); this.linear = new Linear(width, 2); }
  forward(x) { return this.linear.forward(x); }
}
export const make = (width) => new Net(width);
export const makeLater = async (width) => new Net(width);
export const number = 7;
export const plain = () => ({ forward: () => null });
`;

let folder: string;
let module: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dltrain-model-'));
  module = path.join(folder, 'model.js');
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(module, program);
});
afterAll(() => rm(folder, { recursive: true }));

describe('buildModel', () => {
  it('takes a class, or a function that returns a module now or later', async () => {
    for (const name of ['default', 'make', 'makeLater']) {
      const model = await buildModel({ module, export: name, args: [5] });
      expect(model.parameters().map(({ shape }) => shape)).toEqual([[2, 5], [2]]);
    }
    const url = pathToFileURL(module);
    expect((await buildModel({ module: url })).parameters()[0]?.shape).toEqual([2, 3]);
  });

  it('takes layers', async () => {
    const model = await buildModel({ input: [3], layers: [{ type: 'linear', outFeatures: 2 }] });
    expect([...model.namedParameters().keys()]).toEqual(['0.weight', '0.bias']);
  });

  it.each([
    [
      'an export that is a number',
      'number',
      /the export number of .*model\.js is number; export a/,
    ],
    ['a function that gives no Module', 'plain', /gave no Module.*only one copy of dltrain/],
  ])('refuses %s', async (_, name, message) => {
    const built = buildModel({ module, export: name });
    await expect(built).rejects.toThrow(OptionsError);
    await expect(built).rejects.toThrow(message);
  });

  it('names what there is when an export or the file is missing', async () => {
    const wrong = buildModel({ module, export: 'mak' });
    await expect(wrong).rejects.toThrow(DltrainError);
    await expect(wrong).rejects.toThrow(/no export "mak".*make/);
    const missing = buildModel({ module: path.join(folder, 'mode.js') });
    await expect(missing).rejects.toThrow(DltrainError);
    await expect(missing).rejects.toThrow(/mode\.js/);
  });

  it('runs TypeScript where Node does, and says so where it does not', async () => {
    const file = path.join(folder, 'model.ts');
    await writeFile(file, program.replace('(width = 3)', '(width: number = 3)'));
    const built = buildModel({ module: file });
    const { typescript } = process.features as { typescript?: string | false };
    if (typeof typescript === 'string') expect((await built).parameters()).toHaveLength(2);
    else await expect(built).rejects.toThrow(/does not run TypeScript: use Node 22\.18/);
  });
});

describe('portableReference', () => {
  it('makes a path a file: URL, which is the same in every folder', () => {
    const href = pathToFileURL(module).href;
    for (const form of [module, href, new URL(href)]) {
      expect(portableReference({ module: form, args: [1] })).toEqual({ module: href, args: [1] });
    }
  });
});
