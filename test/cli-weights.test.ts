import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { loadModel } from 'dltrain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dltrain, jsonLines, repository, temporaryFolder } from './support/command.js';

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

const checkpoint = (step: number): string => path.join('net', 'checkpoints', `step-0000${step}`);

/** Flips a bit of the last number in a file of weights, whose header stays as it was. */
function damage(file: string): void {
  const bytes = readFileSync(inCwd(file));
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  writeFileSync(inCwd(file), bytes);
}

const predictWords = ['predict', 'net', '--input', irisCsv];

describe('the weights of a run', () => {
  const weights = path.join('net', 'model.safetensors');

  it.each([
    ['eval', ['eval', 'net']],
    ['predict', predictWords],
    ['--resume', ['net.yaml', '--resume', 'net']],
  ])('are refused by %s where they were changed', async (_, words) => {
    expect((await run(...words)).code).toBe(0);
    damage(weights);
    const { code, stdout, stderr } = await run(...words);
    expect(stderr).toMatch(
      /net\/model\.safetensors were changed: their SHA-256 is [0-9a-f]{12}…, and the run recorded [0-9a-f]{12}…; restore .* checkpoint net\/checkpoints\/step-000040, or train them again: dltrain net\/config/,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('are refused by loadModel, unless they are named themselves', async () => {
    damage(weights);
    await expect(loadModel(inCwd('net'))).rejects.toThrow('were changed');
    const files = { config: inCwd('net', 'config.resolved.yaml'), weights: inCwd(weights) };
    expect((await loadModel(files)).inputShape).toEqual([4]);
  });

  it('are compared with the event log where their manifest is gone or damaged', async () => {
    const manifest = inCwd('net', 'manifest.binpb');
    writeFileSync(manifest, 'no manifest');
    expect((await run('eval', 'net')).code).toBe(0);
    rmSync(manifest);
    damage(weights);
    expect((await run('eval', 'net')).stderr).toContain('were changed');
    // A model that was handed on without its run.
    rmSync(inCwd('net', 'events.binpb'));
    expect((await run('eval', 'net')).code).toBe(0);
  });

  it('are missed by --resume of a run that ended', async () => {
    rmSync(inCwd(weights));
    const { code, stderr } = await run('net.yaml', '--resume', 'net');
    expect(stderr).toContain('the weights net/model.safetensors are gone; restore');
    expect(code).toBe(2);
  });

  it('that did not come to its end are answered with the newest whole checkpoint', async () => {
    rmSync(inCwd(weights));
    damage(path.join(checkpoint(40), 'model.safetensors'));
    for (const words of [['eval', 'net'], predictWords]) {
      const { code, stderr } = await run(...words);
      expect(stderr).toMatch(
        /net has no model\.safetensors: its run was cut off, or is still at work; give .*, net\/checkpoints\/step-000030, or .* --resume net\n/,
      );
      expect(code).toBe(2);
    }
    rmSync(inCwd('net', 'checkpoints'), { recursive: true });
    expect((await run('eval', 'net')).stderr).toContain('no whole checkpoint either: train anew');
  });
});

describe('the weights of a checkpoint', () => {
  it('are evaluated and predicted with, by its name or a link to it', async () => {
    const evaluated = async (place: string) => {
      const { stdout, stderr } = await run('eval', place, '--json');
      expect(stderr).toBe('');
      return jsonLines(stdout)[0];
    };
    const end = await evaluated('net');
    const newest = { run_dir: 'net', checkpoint: checkpoint(40), metrics: end?.metrics };
    for (const name of [checkpoint(40), 'net/checkpoints/last']) {
      expect(await evaluated(name)).toMatchObject({
        ...newest,
        weights_sha256: end?.weights_sha256,
      });
    }
    expect((await evaluated(checkpoint(10)))?.metrics).not.toEqual(end?.metrics);
    expect((await evaluated('net/checkpoints/best'))?.run_dir).toBe('net');
    const atEnd = await run(...predictWords);
    const words = ['predict', 'net/checkpoints/last', '--input', irisCsv];
    expect((await run(...words)).stdout).toBe(atEnd.stdout);
    expect((await loadModel(inCwd(checkpoint(10)))).inputShape).toEqual([4]);
  });

  it.each([
    ['eval', ['eval', checkpoint(20)]],
    ['predict', ['predict', checkpoint(20), '--input', irisCsv]],
    ['--resume', ['net.yaml', '--resume', checkpoint(20)]],
  ])('are refused by %s where they are damaged, and others named', async (_, words) => {
    damage(path.join(checkpoint(20), 'model.safetensors'));
    const others = [40, 30, 10].map((step) => inCwd(checkpoint(step))).join(', ');
    const changed = await run(...words);
    expect(changed.stderr).toMatch(/is damaged.* model\.safetensors was changed: its SHA-256 is/);
    expect(changed.stderr).toContain(`; give one that is whole: ${others}\n`);
    expect(changed.code).toBe(2);
    rmSync(inCwd(checkpoint(20), 'manifest.binpb'));
    expect((await run(...words)).stderr).toContain(`; give one that is whole: ${others}\n`);
    for (const step of [10, 30, 40]) rmSync(inCwd(checkpoint(step)), { recursive: true });
    expect((await run(...words)).stderr).toContain('; its run has none that is whole\n');
  });

  it('are found where checkpoints is a link to another place', async () => {
    renameSync(inCwd('net', 'checkpoints'), inCwd('elsewhere'));
    symlinkSync(inCwd('elsewhere'), inCwd('net', 'checkpoints'));
    for (const name of ['step-000030', 'best']) {
      const place = path.join('net', 'checkpoints', name);
      const { code, stderr } = await run('eval', place, '--json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
  });

  it('need the run that they are of', async () => {
    cpSync(inCwd(checkpoint(20)), inCwd('lone'), { recursive: true });
    const { code, stderr } = await run('eval', 'lone');
    expect(stderr).toContain('lone is not in the directory of its run');
    expect(code).toBe(2);
  });
});

describe('eval', () => {
  it('warns where the data are no longer those of the run', async () => {
    const text = readFileSync(inCwd('iris.csv'), 'utf8');
    writeFileSync(inCwd('iris.csv'), text.replace('5.1,', '5.2,'));
    const told =
      /^warning: the training data are not those that the run had \(says net\/check.*step-000040\)/;
    const { code, stdout, stderr } = await run('eval', 'net');
    expect(stderr).toMatch(told);
    expect(stdout).toContain('val_loss');
    expect(code).toBe(0);
    expect((await run('eval', 'net/checkpoints/best')).stderr).toMatch(
      /^warning: the training data/,
    );
    // Other data on purpose, and training data that are not evaluated on.
    const test = `{type: csv, path: ${irisCsv}, target: species, target_type: class}`;
    const other = await run('eval', 'net', 'data.val=null', `data.test=${test}`);
    expect(other).toMatchObject({ code: 0, stderr: '' });
  });
});

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
    const below = await run(...predictWords, '--output', 'iris.csv/x.csv');
    expect(below.stderr).toMatch(
      /^error: iris\.csv\/x\.csv cannot be written: .*give another path\n$/,
    );
    expect(below.code).toBe(2);
  });
});
