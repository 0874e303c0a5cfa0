import { availableParallelism } from 'node:os';
import { datasetFromArrays } from '@dltrain/data';
import { Linear } from '@dltrain/nn';
import { describe, expect, it } from 'vitest';
import { OptionsError } from './errors.js';
import type { TrainOptions } from './options.js';
import { planRun } from './plan.js';

const samples = (count: number, width = 2) =>
  datasetFromArrays({
    inputs: new Float32Array(count * width),
    shape: [width],
    targets: new Int32Array(count),
  });

interface Changes extends Partial<Omit<TrainOptions, 'trainer' | 'data'>> {
  readonly trainer?: Partial<TrainOptions['trainer']>;
  readonly data?: Partial<TrainOptions['data']>;
}

/** A hundred samples in batches of 16, with changes. */
function optionsWith({ trainer, data, ...rest }: Changes = {}): TrainOptions {
  return {
    data: { train: samples(100), ...data },
    model: { input: [2], layers: [{ type: 'linear', outFeatures: 2 }] },
    loss: 'cross_entropy',
    metrics: ['accuracy'],
    optimizer: { type: 'sgd', lr: 0.1 },
    trainer: { batchSize: 16, ...trainer },
    ...rest,
  };
}

const plan = (changes: Changes = {}) => planRun(optionsWith(changes));

describe('planRun', () => {
  it('counts steps, the last short batch with them', () => {
    expect(plan()).toMatchObject({ stepsPerEpoch: 7, totalSteps: 70, epochSamples: 100 });
    expect(plan({ trainer: { maxEpochs: 3 } }).totalSteps).toBe(21);
    expect(plan({ trainer: { maxEpochs: 3, maxSteps: 10 } }).totalSteps).toBe(10);
    expect(plan({ trainer: { maxEpochs: 1, maxSteps: 10 } }).totalSteps).toBe(7);
    expect(plan({ trainer: { maxSteps: 1000 } }).totalSteps).toBe(1000);
    expect(plan({ trainer: { maxSteps: 0 } }).totalSteps).toBe(0);
  });

  it('says whether steps end the run before its epochs do', () => {
    expect(plan().isCutShort).toBe(false);
    expect(plan({ trainer: { maxSteps: 70 } }).isCutShort).toBe(true);
    expect(plan({ trainer: { maxEpochs: 2, maxSteps: 13 } }).isCutShort).toBe(true);
    expect(plan({ trainer: { maxEpochs: 2, maxSteps: 14 } }).isCutShort).toBe(false);
  });

  it('refuses what a run is to survive in a way that nobody knows', () => {
    const changes: [Changes, RegExp][] = [
      [
        { trainer: { onNonfinite: 'ignore' as 'skip' } },
        /onNonfinite is 'ignore'; .* abort or skip/,
      ],
      [{ parallel: { onWorkerFailure: 'retry' as 'abort' } }, /must be recover or abort/],
      [{ parallel: { maxRestarts: -1 } }, /maxRestarts must be a whole number of 0 or more/],
      [
        { parallel: { workers: 2 }, faults: [{ rank: 2, phase: 'idle', kind: 'exit' }] },
        /faults\[0\]\.rank/,
      ],
    ];
    for (const [change, message] of changes) {
      expect(() => plan(change)).toThrow(OptionsError);
      expect(() => plan(change)).toThrow(message);
    }
  });

  it('refuses what only looks like a value', () => {
    const changes: [object, RegExp][] = [
      [{ parallel: { mode: 'Exact' } }, /mode\b.*'Exact'; it must be exact or fast/],
      [{ data: { shuffle: 'false' } }, /shuffle\b.*'false'; it must be true or false/],
      [{ data: { dropLast: 0 } }, /dropLast\b.*0; it must be true or false/],
      [{ trainer: { detectAnomaly: 'off' } }, /detectAnomaly\b.*must be true or false/],
      [{ trainer: { clipGradNorm: '1' } }, /clipGradNorm\b.*above 0, not '1'/],
      [{ hashWeights: 'no' }, /hashWeights\b.*must be true or false/],
      [{ name: 7 }, /name\b.*7; it must be a text/],
      [{ runDir: 3 }, /runDir\b.*3; it must be a text/],
      [{ signal: {} }, /signal must be an AbortSignal.*not \{\}/],
    ];
    for (const [change, message] of changes) {
      expect(() => plan(change)).toThrow(OptionsError);
      expect(() => plan(change)).toThrow(message);
    }
  });

  it('counts the steps from one look at the layers to the next', () => {
    expect(plan().statisticsEvery).toBe(Infinity);
    expect(plan({ statisticsEvery: null }).statisticsEvery).toBe(Infinity);
    expect(plan({ statisticsEvery: { epochs: 2 } }).statisticsEvery).toBe(14);
    expect(plan({ statisticsEvery: { batches: 5 } }).statisticsEvery).toBe(5);
    expect(() => plan({ statisticsEvery: { seconds: 1 } })).toThrow(/statisticsEvery in seconds/);
    expect(() => plan({ statisticsEvery: { batches: 0 } })).toThrow(OptionsError);
  });

  it('refuses to time steps that cannot be counted', () => {
    expect(plan({ timeline: { afterStep: 0, keepSteps: 2 } }).totalSteps).toBe(70);
    expect(() => plan({ timeline: { afterStep: -1 } })).toThrow(/afterStep must be a whole/);
    expect(() => plan({ timeline: { keepSteps: 0.5 } })).toThrow(OptionsError);
  });

  it('makes groups of batches one step, the last group may be short', () => {
    const grouped = { accumulateGradBatches: 4 };
    expect(plan({ trainer: grouped })).toMatchObject({
      batchSize: 64,
      leaves: 16,
      stepsPerEpoch: 2,
      epochSamples: 100,
    });
    // Only the short batch of 4 is dropped, not the whole group that it is in.
    expect(plan({ trainer: grouped, data: { dropLast: true } })).toMatchObject({
      stepsPerEpoch: 2,
      epochSamples: 96,
    });
  });

  it('cuts leaves by the batch alone, and takes no more workers than them by itself', () => {
    for (const workers of [1, 2, 7]) {
      expect(plan({ parallel: { workers } })).toMatchObject({ workers, leaves: 4 });
    }
    expect(plan().workers).toBe(Math.min(4, availableParallelism()));
    expect(plan({ trainer: { batchSize: 1 } })).toMatchObject({ workers: 1, leaves: 1 });
  });

  it('holds out a share of the training data, or takes what is given', () => {
    const { indices } = plan({ data: { val: { split: 0.25 }, test: samples(5) } });
    expect(indices.val).toHaveLength(25);
    expect(indices.train).toHaveLength(75);
    expect(new Set([...indices.train, ...(indices.val ?? [])]).size).toBe(100);
    expect([...(indices.test ?? [])]).toEqual([0, 1, 2, 3, 4]);
    expect(plan({ data: { val: samples(3) } }).indices.val).toHaveLength(3);
  });

  it('validates once an epoch, or as often as asked', () => {
    expect(plan().validateEvery).toBe(7);
    expect(plan({ trainer: { valEvery: { epochs: 2 } } }).validateEvery).toBe(14);
    expect(plan({ trainer: { valEvery: { batches: 3 } } }).validateEvery).toBe(3);
  });

  const stop = { monitor: 'val_loss', mode: 'min', patience: 1 } as const;
  const unlabelled = datasetFromArrays({ inputs: [[1, 2]] });
  const module = new URL('file:///loss.js');

  it.each<[string, Changes, string, RegExp]>([
    ['no workers', { parallel: { workers: 0 } }, 'parallel.workers', /1 or more, not 0/],
    [
      'absurdly many workers',
      { parallel: { workers: 513 } },
      'parallel.workers',
      /at most 512, not 513/,
    ],
    ['half a worker', { parallel: { workers: 1.5 } }, 'parallel.workers', /not 1\.5/],
    ['no shards', { parallel: { shards: 0 } }, 'parallel.shards', /from 1 to .* 16, not 0/],
    ['empty shards', { parallel: { shards: 17 } }, 'parallel.shards', /not 17/],
    ['no time', { parallel: { workerTimeout: 0 } }, 'parallel.workerTimeout', /above 0, not 0/],
    ['an empty batch', { trainer: { batchSize: 0 } }, 'trainer.batchSize', /not 0/],
    ['no epochs', { trainer: { maxEpochs: 0 } }, 'trainer.maxEpochs', /not 0/],
    [
      'part of an epoch beside steps',
      { trainer: { maxEpochs: 0.5, maxSteps: 3 } },
      'trainer.maxEpochs',
      /not 0\.5/,
    ],
    ['negative steps', { trainer: { maxSteps: -1 } }, 'trainer.maxSteps', /not -1/],
    ['a norm of 0', { trainer: { clipGradNorm: 0 } }, 'trainer.clipGradNorm', /above 0/],
    [
      'a batch beyond the data with dropLast',
      { trainer: { batchSize: 101 }, data: { dropLast: true } },
      'trainer.batchSize',
      /100 training samples make no full batch of 101/,
    ],
    [
      'validation by the clock',
      { trainer: { valEvery: { seconds: 5 } } },
      'trainer.valEvery',
      /speed of the machine/,
    ],
    [
      'validation all the time',
      { trainer: { valEvery: { batches: 0 } } },
      'trainer.valEvery.batches',
      /not 0/,
    ],
    [
      'validation within an epoch, in epochs',
      { trainer: { valEvery: { epochs: 0.5 } } },
      'trainer.valEvery.epochs',
      /not 0\.5/,
    ],
    ['a negative seed', { seed: -1 }, 'seed', /seed is -1/],
    ['data without targets', { data: { train: unlabelled } }, 'data.train', /no targets/],
    ['tests without targets', { data: { test: unlabelled } }, 'data.test', /no targets/],
    ['other inputs', { data: { val: samples(3, 4) } }, 'data.val', /inputs \[4\].* are \[2\]/],
    ['a split too small', { data: { val: { split: 0.001 } } }, 'data.val.split', /holds out 0 of/],
    ['a split of all', { data: { val: { split: 1 } } }, 'data.val.split', /give a share/],
    ['nothing to monitor', { earlyStopping: stop }, 'earlyStopping', /no validation to take/],
    [
      'a metric that is not measured',
      { earlyStopping: { ...stop, monitor: 'val_f1' }, data: { val: { split: 0.5 } } },
      'earlyStopping.monitor',
      /no metric val_f1; a validation gives val_loss, val_accuracy/,
    ],
    [
      'no patience',
      { earlyStopping: { ...stop, patience: 0 }, data: { val: { split: 0.5 } } },
      'earlyStopping.patience',
      /not 0/,
    ],
    ['a metric twice', { metrics: ['accuracy', 'accuracy'] }, 'metrics.1', /reported as accuracy/],
    [
      'a metric called loss',
      { metrics: [{ module, export: 'loss' }] },
      'metrics.0',
      /reported as loss/,
    ],
    [
      'arguments that cannot be sent',
      { model: { module, args: [() => 1] } },
      'model',
      /cannot be sent to the workers/,
    ],
  ])('refuses %s', (_, changes, path, message) => {
    let refusal: unknown;
    try {
      plan(changes);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(OptionsError);
    const error = refusal as OptionsError;
    expect(error.path.join('.')).toBe(path);
    expect(error.message).toMatch(message);
  });

  const withNames = (changes: object) => planRun({ ...optionsWith(), ...changes });
  it.each<[object, string, RegExp]>([
    [
      { optimiser: {} },
      'optimiser',
      /^train has no option 'optimiser'. Did you mean 'optimizer'\?/,
    ],
    [
      { trainer: { batchSize: 5, maxEpoch: 1 } },
      'trainer.maxEpoch',
      /^trainer has no option 'maxEpoch'. Did you mean 'maxEpochs'\?/,
    ],
    [
      { trainer: { batchSize: 5, detect_anomaly: true } },
      'trainer.detect_anomaly',
      /Did you mean 'detectAnomaly'\?/,
    ],
    [{ trainer: { batchSize: 5, clipNorm: 1 } }, 'trainer.clipNorm', /It takes .*clipGradNorm/],
    [{ trainer: { batchSize: 5, valEvery: { epoch: 1 } } }, 'trainer.valEvery.epoch', /'epochs'/],
    [
      { trainer: { batchSize: 5, valEvery: '1ep' } },
      'trainer.valEvery',
      /come in an object, such as { epochs: .* not as '1ep'/,
    ],
    [{ data: { train: samples(9), dropLst: true } }, 'data.dropLst', /'dropLast'/],
    [
      { data: { train: samples(9), val: { split: 0.5, seed: 1 } } },
      'data.val.seed',
      /It takes split\./,
    ],
    [{ data: {} }, 'data.train', /there is no data.train; give one/],
    [{ model: { input: [2], layer: [] } }, 'model.layer', /'layers'/],
    [{ model: { module, exports: 'Net' } }, 'model.exports', /'export'/],
    [{ model: new Linear(2, 2) }, 'model', /every worker imports, not a Module/],
    [{ model: () => 1 }, 'model', /not the function model/],
    [{ data: { train: samples(9), val: null } }, 'data.val', /must be a dataset/],
    [{ loss: { module, arg: [] } }, 'loss.arg', /'args'/],
    [{ metrics: [{ module, name: 'f1' }] }, 'metrics.0.name', /It takes module, export, args\./],
    [{ parallel: { worker: 2 } }, 'parallel.worker', /'workers'/],
    [{ parallel: null }, 'parallel', /^parallel: options come in an object.*not as null/],
    [{ earlyStopping: { patient: 1 } }, 'earlyStopping.patient', /'patience'/],
    [{ statisticsEvery: { batch: 1 } }, 'statisticsEvery.batch', /'batches'/],
    [{ timeline: { afterSteps: 1 } }, 'timeline.afterSteps', /'afterStep'/],
    [{ trainer: undefined }, 'trainer', /no trainer; give one, such as { batchSize: 32, maxEpochs/],
    [{ loss: null }, 'loss', /there is no loss; give one, such as 'cross_entropy'/],
  ])('refuses %j, which nobody would read', (changes, path, message) => {
    let refusal: unknown;
    try {
      withNames(changes);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(OptionsError);
    expect((refusal as OptionsError).path.join('.')).toBe(path);
    expect((refusal as OptionsError).message).toMatch(message);
  });

  it.each([undefined, [optionsWith()], 'config.yaml', new Map()])(
    'refuses %j as options',
    (given) => {
      expect(() => planRun(given as unknown as TrainOptions)).toThrow(OptionsError);
      expect(() => planRun(given as unknown as TrainOptions)).toThrow(
        /^train: options come in an object, such as { name: \.\.\. }, not as .*It takes name, seed, data/,
      );
    },
  );

  it('tells a number from its text', () => {
    const trainer = { batchSize: '5' as unknown as number };
    expect(() => plan({ trainer })).toThrow(
      "batchSize must be a whole number of 1 or more, not '5'",
    );
  });

  it('refuses what the optimizer or the schedule refuses', () => {
    expect(() => plan({ optimizer: { type: 'sgd', lr: -1 } })).toThrow("'lr' is -1");
    const scheduler = { type: 'step', stepSize: { batches: 0 } } as const;
    expect(() => plan({ scheduler })).toThrow("'stepSize'");
  });
});
