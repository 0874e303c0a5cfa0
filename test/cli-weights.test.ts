import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dltrain, repository, temporaryFolder } from './support/command.js';

const folder = temporaryFolder();
const irisCsv = path.join(repository, 'examples', 'iris.csv');
const whole = path.join(folder.path, 'whole');
let cwd = '';
let count = 0;

// Where a validation decides on the best, none is left out while the one before is still being written.
const config = `
data:
  train: {type: csv, path: iris.csv, target: species, target_type: class}
  val: {split: 0.2}
model: {input: [4], layers: [{type: linear, out_features: 3}]}
loss: cross_entropy
metrics: [accuracy]
optimizer: {type: adam, lr: 0.01}
trainer: {batch_size: 30, max_steps: 40, val_every: 10ba}
checkpoint: {every: 10ba, keep: 9, monitor: val_loss, mode: min}
`;

beforeAll(async () => {
  mkdirSync(whole);
  writeFileSync(path.join(whole, 'net.yaml'), config);
  cpSync(irisCsv, path.join(whole, 'iris.csv'));
  const { code } = await dltrain(['net.yaml', '--run-dir', 'net', '--quiet'], { cwd: whole });
  expect(code).toBe(0);
});

/** A run that came to its end, with its data beside it, in a folder of the test's own. */
beforeEach(() => {
  cwd = path.join(realpathSync(folder.path), String((count += 1)));
  cpSync(whole, cwd, { recursive: true, verbatimSymlinks: true });
  // The resolved config names files by where they were.
  const resolved = inCwd('net', 'config.resolved.yaml');
  const text = readFileSync(resolved, 'utf8').replace(
    /path: .*iris\.csv/,
    `path: ${inCwd('iris.csv')}`,
  );
  writeFileSync(resolved, text);
});

afterAll(() => {
  folder.remove();
});

const run = (...words: string[]) => dltrain(words, { cwd });

function inCwd(...names: string[]): string {
  return path.join(cwd, ...names);
}

const predictWords = ['predict', 'net', '--input', irisCsv];

describe('predict', () => {
  it.each([
    ['by name', () => 'new.csv'],
    ['by another name', () => './net/../new.csv'],
    [
      'by a symbolic link',
      () => {
        symlinkSync('new.csv', inCwd('link.csv'));
        return 'link.csv';
      },
    ],
    [
      'by a hard link',
      () => {
        linkSync(inCwd('new.csv'), inCwd('link.csv'));
        return 'link.csv';
      },
    ],
  ])('does not overwrite its input %s', async (_, output) => {
    cpSync(irisCsv, inCwd('new.csv'));
    const words = ['predict', 'net', '--input', 'new.csv', '--output', output()];
    const { code, stderr } = await run(...words);
    expect(stderr).toContain('would overwrite the samples of --input new.csv; give another path');
    expect(code).toBe(2);
    expect(readFileSync(inCwd('new.csv'))).toEqual(readFileSync(irisCsv));
  });

  it('says what is wrong with the place of its output', async () => {
    const { code, stderr } = await run(...predictWords, '--output', 'nope/x.csv');
    expect(stderr).toBe(
      'error: nope/x.csv cannot be written: its folder does not exist; give another path\n',
    );
    expect(code).toBe(2);
    expect(existsSync(inCwd('nope'))).toBe(false);
  });
});
