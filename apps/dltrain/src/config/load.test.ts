import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from './load.js';
import type { LoadOptions } from './load.js';
import { ConfigError } from './problem.js';

const folder = mkdtempSync(join(tmpdir(), 'dltrain-load-'));

afterAll(() => rmSync(folder, { recursive: true }));

const base = {
  data: 'data: {train: {type: csv, path: a.csv}}',
  model: 'model: {input: [4], layers: [relu, {type: linear, out_features: 2}]}',
  loss: 'loss: cross_entropy',
  optimizer: 'optimizer: {type: sgd, lr: 0.1}',
  trainer: 'trainer: {batch_size: 8}',
};

/** Loads a config with some of its lines replaced, or others added. */
function load(lines: Readonly<Record<string, string>> = {}, options: LoadOptions = {}) {
  const text = `${Object.values({ ...base, ...lines }).join('\n')}\n`;
  writeFileSync(join(folder, 'my run.yaml'), text);
  return loadConfig('my run.yaml', { workingDirectory: folder, ...options });
}

/** What is said of it, as `line:column what | remedy`. */
function problems(lines: Readonly<Record<string, string>>, options: LoadOptions = {}): string[] {
  try {
    load(lines, options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ place, what, remedy }) => {
      const at = place.kind === 'file' ? `${place.line}:${place.column}` : place.kind;
      return remedy === undefined ? `${at} ${what}` : `${at} ${what} | ${remedy}`;
    });
  }
  return [];
}

describe('loadConfig', () => {
  it('fills in every default', () => {
    expect(load().config).toMatchObject({
      version: 1,
      name: 'my-run',
      seed: 0,
      data: { train: { header: true, delimiter: ',' }, val: null, shuffle: true },
      model: { layers: ['relu', { type: 'linear', out_features: 2, bias: true }] },
      optimizer: { type: 'sgd', lr: 0.1, momentum: 0 },
      scheduler: 'constant',
      trainer: { max_epochs: 10, max_steps: null, val_every: '1ep', on_nonfinite: 'abort' },
      parallel: {
        workers: 'auto',
        shards: 'auto',
        mode: 'exact',
        worker_timeout: '60s',
        on_worker_failure: 'recover',
        max_restarts: 3,
      },
      checkpoint: { every: '300s', keep: 2, monitor: null, mode: 'min', on_error: 'continue' },
      resume: null,
      logging: { every: '50ba', to: ['console', 'jsonl'] },
    });
  });

  it('takes arguments of a loss', () => {
    const lines = { loss: 'loss: {type: cross_entropy, class_weights: [1, 2]}' };
    expect(load(lines).config.loss).toEqual({
      type: 'cross_entropy',
      class_weights: [1, 2],
      ignore_index: null,
      label_smoothing: 0,
    });
  });

  it('takes a section of checkpoints in part, or null for none', () => {
    const { checkpoint } = load({ checkpoint: 'checkpoint: {every: 200ba}' }).config;
    expect(checkpoint).toMatchObject({ every: '200ba', keep: 2 });
    expect(load({ checkpoint: 'checkpoint: null' }).config.checkpoint).toBeNull();
    const { config } = load({}, { overrides: ['checkpoint.keep=5', 'resume=auto'] });
    expect(config).toMatchObject({ checkpoint: { every: '300s', keep: 5 }, resume: 'auto' });
  });

  it('takes a value from the command line before the environment before the file', () => {
    const { config, originOf } = load(
      { seed: 'seed: 1', name: 'name: file' },
      {
        environment: { DLTRAIN_SEED: '2', DLTRAIN_TRAINER__MAX_EPOCHS: '3' },
        overrides: ['seed=4', 'model.layers.1.out_features=5', 'loss=mse'],
      },
    );
    expect(config).toMatchObject({
      seed: 4,
      name: 'file',
      loss: 'mse',
      trainer: { max_epochs: 3 },
    });
    expect(originOf(['seed'])).toBe('override');
    expect(originOf(['trainer', 'max_epochs'])).toBe('environment');
    expect(originOf(['name'])).toBe('file');
    expect(originOf(['trainer', 'max_steps'])).toBe('default');
    expect(config.model).toMatchObject({ layers: ['relu', { out_features: 5 }] });
  });

  it('takes file names as relative to the config, and on the command line to where one is', () => {
    writeFileSync(join(folder, 'c.yaml'), `${Object.values(base).join('\n')}\n`);
    const elsewhere = tmpdir();
    const { baseDirectory } = loadConfig(join(folder, 'c.yaml'), {
      workingDirectory: elsewhere,
      overrides: ['data.test={type: csv, path: b.csv}'],
    });
    expect(baseDirectory(['data', 'train', 'path'])).toBe(folder);
    expect(baseDirectory(['data', 'test', 'path'])).toBe(elsewhere);
  });

  it.each<[what: string, lines: Record<string, string>, said: string[]]>([
    [
      'a key of another case',
      { trainer: 'trainer: {batchSize: 8}' },
      ["5:11 unknown key 'batchSize' in 'trainer' | did you mean 'batch_size'?"],
    ],
    [
      'a foreign key in its section',
      { optimizer: 'optimizer: {type: sgd, learning_rate: 1}' },
      ["4:24 unknown key 'learning_rate' in 'optimizer' | use 'lr'"],
    ],
    [
      'a foreign key at the top',
      { lr: 'learning_rate: 1' },
      ["6:1 unknown key 'learning_rate' | use 'optimizer.lr'"],
    ],
    [
      'a foreign key of a layer',
      { model: 'model: {input: [4], layers: [{type: linear, units: 2}]}' },
      ["2:45 unknown key 'units' in 'model.layers.0' | use 'out_features'"],
    ],
    [
      'a key in the wrong section',
      { bs: 'batch_size: 8' },
      ["6:1 unknown key 'batch_size' | it belongs in 'trainer'"],
    ],
    [
      'a key that is like no other',
      { x: 'qwertz: 8' },
      [expect.stringMatching(/^6:1 unknown key 'qwertz' \| the keys here are version, /) as string],
    ],
    [
      'the key of another tool for checkpoints',
      { save: 'save_steps: 500' },
      ["6:1 unknown key 'save_steps' | use 'checkpoint.every'"],
    ],
    [
      'the key of another tool for failures',
      { parallel: 'parallel: {max_failures: 3}' },
      ["6:12 unknown key 'max_failures' in 'parallel' | use 'max_restarts'"],
    ],
    [
      'a checkpoint interval without a unit',
      { checkpoint: 'checkpoint: {every: 5min}' },
      ['6:21 \'checkpoint.every\' must be a duration such as 1ep, 500ba, 60s, 500ms, not "5min"'],
    ],
    [
      'durations that no number can hold',
      {
        trainer: `trainer: {batch_size: 8, val_every: ${'9'.repeat(20)}ep}`,
        checkpoint: `checkpoint: {every: ${'9'.repeat(400)}s}`,
      },
      [
        "5:37 'trainer.val_every' is longer than can be counted",
        "6:21 'checkpoint.every' is longer than can be counted",
      ],
    ],
    [
      'a metric that is not of the validation set',
      { checkpoint: 'checkpoint: {monitor: loss}' },
      [
        "6:23 'checkpoint.monitor' must be a metric of the validation set, such as 'val_loss', not \"loss\"",
      ],
    ],
    [
      'a restart less than none',
      { parallel: 'parallel: {max_restarts: -1}' },
      ["6:26 'parallel.max_restarts' must be at least 0, not -1"],
    ],
    [
      'a failure that is to be ignored',
      { parallel: 'parallel: {on_worker_failure: ignore}' },
      ['6:31 \'parallel.on_worker_failure\' must be one of recover or abort, not "ignore"'],
    ],
    [
      'a mistyped way to take a gradient that is not finite',
      { trainer: 'trainer: {batch_size: 8, on_nonfinite: skp}' },
      [
        "5:40 'trainer.on_nonfinite' must be one of abort or skip, not \"skp\" | did you mean 'skip'?",
      ],
    ],
    [
      'a prototype as a key',
      { x: '__proto__: {a: 1}' },
      [expect.stringMatching(/^6:1 unknown key '__proto__'/) as string],
    ],
    ['a missing section', { trainer: '' }, ["whole 'trainer' is missing | add 'trainer'"]],
    [
      'a missing key',
      { optimizer: 'optimizer: {type: sgd}' },
      ["4:1 'optimizer.lr' is missing | add 'lr'"],
    ],
    [
      'an unknown layer',
      { model: 'model: {input: [4], layers: [{type: liner}]}' },
      [
        expect.stringMatching(
          /^2:37 'model\.layers\.0\.type' must be one of linear, .* not "liner" \| did you mean 'linear'\?$/,
        ) as string,
      ],
    ],
    [
      'a bare word that needs parameters',
      { model: 'model: {input: [4], layers: [linear]}' },
      ["2:30 'model.layers.0' needs parameters: write {type: linear, out_features: ...}"],
    ],
    [
      'an unknown bare word',
      { scheduler: 'scheduler: cosin' },
      [
        "6:12 'scheduler' must be constant, cosine or a mapping of keys to values, not \"cosin\" | did you mean 'cosine'?",
      ],
    ],
    [
      'a quoted number',
      { trainer: 'trainer: {batch_size: "8"}' },
      ['5:23 \'trainer.batch_size\' must be a number, not "8" | write 8, without quotes'],
    ],
    [
      'a fraction',
      { trainer: 'trainer: {batch_size: 8.5}' },
      ["5:23 'trainer.batch_size' must be a whole number, not 8.5"],
    ],
    [
      'a word for a truth value',
      { data: 'data: {train: {type: csv, path: a}, shuffle: no}' },
      ['1:46 \'data.shuffle\' must be true or false, not "no" | write false'],
    ],
    [
      'a value for a list',
      { metrics: 'metrics: accuracy' },
      ['6:10 \'metrics\' must be a list, not "accuracy" | write [accuracy]'],
    ],
    [
      'infinity',
      { optimizer: 'optimizer: {type: sgd, lr: .inf}' },
      [expect.stringMatching(/^4:28 'optimizer\.lr' must be a number, not Infinity/) as string],
    ],
    [
      'a duration without a unit',
      { logging: 'logging: {every: 50}' },
      [
        "6:18 'logging.every' must be a duration such as 1ep, 500ba, 60s, not 50 | write 50ba or 50ep or 50s",
      ],
    ],
    [
      'true where a run is to be named',
      { resume: 'resume: true' },
      [
        "6:9 'resume' must be text, not true | write auto for the newest run that did not end, or name a run directory",
      ],
    ],
    [
      'how often there are checkpoints in the place of their section',
      { checkpoint: 'checkpoint: 5ep' },
      ['6:13 \'checkpoint\' must be a mapping of keys to values, not "5ep" | write {every: 5ep}'],
    ],
    [
      'how often there are checkpoints by another name',
      { checkpoint: 'checkpoint: {every_n_steps: 5}' },
      ["6:14 unknown key 'every_n_steps' in 'checkpoint' | use 'every'"],
    ],
    [
      'neither of two forms',
      { data: 'data: {train: {type: csv, path: a}, val: {splt: 0.1}}' },
      ["1:43 unknown key 'splt' in 'data.val' | did you mean 'split'?"],
    ],
    [
      'a mistyped loss',
      { loss: 'loss: croos_entropy' },
      [expect.stringMatching(/^3:7 'loss' must be .* \| did you mean 'cross_entropy'\?$/)],
    ],
    [
      'a loss that needs arguments',
      { loss: 'loss: cumulative_link' },
      ["3:7 'loss' needs parameters: write {type: cumulative_link, thresholds: ...}"],
    ],
    [
      'an argument of a loss that is out of range',
      { loss: 'loss: {type: cross_entropy, label_smoothing: 2}' },
      ["3:46 'loss.label_smoothing' must be at most 1, not 2"],
    ],
    [
      'neither a word nor a number',
      { parallel: 'parallel: {workers: many}' },
      ['6:21 \'parallel.workers\' must be auto or a number, not "many"'],
    ],
  ])('explains %s', (_, lines, said) => {
    expect(problems(lines)).toEqual(said);
  });

  it('blames overrides for what they break', () => {
    expect(problems({}, { overrides: ['trainer.batch_size=0', 'trainer.typo=1'] })).toEqual([
      expect.stringMatching(/^override unknown key 'typo'/),
      "override 'trainer.batch_size' must be at least 1, not 0",
    ]);
  });

  it.each([
    ['nowhere.yaml', 'there is no such file'],
    ['.', 'this is a directory'],
    ['binary.yaml', 'not UTF-8'],
  ])('says why %s cannot be read', (file, said) => {
    writeFileSync(join(folder, 'binary.yaml'), Uint8Array.from([0xff, 0xfe, 0x00]));
    expect(() => loadConfig(file, { workingDirectory: folder })).toThrow(said);
  });

  it.skipIf(process.platform === 'win32')('does not wait for pipes nor read devices', () => {
    const pipe = join(folder, 'pipe.yaml');
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, '/dev/zero']) {
      expect(() => loadConfig(file)).toThrow(ConfigError);
      expect(() => loadConfig(file)).toThrow('this is no regular file');
    }
  });

  it('takes no memory for a file that is no config', () => {
    const path = join(folder, 'long.yaml');
    writeFileSync(path, '');
    truncateSync(path, 2 ** 40);
    expect(() => loadConfig(path)).toThrow(/1099511627776 bytes, where at most 196608/);
  });
});
