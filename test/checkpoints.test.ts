import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeDisk, type Disk } from '@dltrain/nn';
import {
  CheckpointError,
  EventLogError,
  type IdentityError,
  listCheckpoints,
  newestCheckpoint,
  OptionsError,
  readEvents,
  readManifest,
  ResumeError,
  train,
  type TrainEvent,
  type TrainHost,
  type TrainOptions,
  type TrainResult,
} from '@dltrain/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FailingDisk, type DiskFailure } from './support/failing-disk.js';
import { isSecondNode } from './support/second-node.js';
import { sha256 } from './support/small-runs.js';
import { tinyData } from './support/tiny-data.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dltrain-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** 3 epochs of 12 steps, with all that keeps a state: dropout, momentum, clipping, a schedule. */
function run(more: Partial<TrainOptions> = {}): TrainOptions {
  return {
    seed: 3,
    data: { train: tinyData(120), val: { split: 0.2 }, test: tinyData(20) },
    model: {
      input: [3],
      layers: [
        { type: 'linear', outFeatures: 8 },
        'tanh',
        { type: 'dropout', p: 0.2 },
        { type: 'linear', outFeatures: 2 },
      ],
    },
    loss: 'cross_entropy',
    metrics: ['accuracy'],
    optimizer: { type: 'sgd', lr: 0.1, momentum: 0.9, weightDecay: 1e-3 },
    scheduler: { type: 'cosine', warmup: { batches: 5 } },
    trainer: { batchSize: 8, maxEpochs: 3, clipGradNorm: 0.5, valEvery: { batches: 5 } },
    parallel: { workers: 1 },
    ...more,
  };
}

interface Told {
  readonly result: TrainResult;
  readonly events: readonly TrainEvent[];
}

/** Trains, and stops as soon as an event says so. */
async function told(
  options: TrainOptions,
  stopAt: (event: TrainEvent) => boolean = () => false,
  host?: TrainHost,
): Promise<Told> {
  const events: TrainEvent[] = [];
  const training = train(options, host);
  for await (const event of training) {
    events.push(event);
    if (stopAt(event)) training.stop();
  }
  return { result: await training.result, events };
}

const afterStep = (step: number) => (event: TrainEvent) =>
  event.event === 'step' && event.step >= step;

const ofKind = <K extends TrainEvent['event']>(events: readonly TrainEvent[], kind: K) =>
  events.filter((event): event is Extract<TrainEvent, { event: K }> => event.event === kind);

/** What the log of a run tells of training, without times and without stops on the way. */
async function linesOf(runDir: string): Promise<unknown[]> {
  const text = await readFile(path.join(runDir, 'metrics.jsonl'), 'utf8');
  const kinds = ['start', 'step', 'validation', 'statistics', 'end'];
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ event }) => kinds.includes(String(event)))
    .map(({ elapsed_ms: _, samples_per_second: __, workers: ___, ...rest }) => rest);
}

const place = (name: string) => path.join(folder, name);
const every = (batches: number) => ({ every: { batches } });
const numbersTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

/** Runs undisturbed; then stopped and resumed, twice, with other workers each time. */
async function expectSameAfterStops(
  options: TrainOptions,
  stops: readonly number[],
): Promise<TrainResult> {
  const undisturbed = await told({ ...options, runDir: place('undisturbed') });
  const runDir = place('resumed');
  let stopped = await told(
    { ...options, runDir, parallel: { workers: 2 } },
    afterStep(stops[0] ?? 0),
  );
  for (const [i, workers] of [1, 3].entries()) {
    expect(stopped.result.reason).toBe('stopped');
    const before = stopped.result.steps;
    const next = stops[i + 1] ?? Infinity;
    stopped = await told(
      { ...options, runDir, resume: runDir, parallel: { workers } },
      afterStep(next),
    );
    expect(stopped.events.slice(0, 2).map(({ event }) => event)).toEqual(['start', 'resume']);
    expect(ofKind(stopped.events, 'resume')[0]).toMatchObject({ step: before, workers });
    expect(ofKind(stopped.events, 'warning')).toEqual([]);
  }
  expect(stopped.result.weightsSha256).toBe(undisturbed.result.weightsSha256);
  expect(stopped.result.metrics).toEqual(undisturbed.result.metrics);
  expect(stopped.result.reason).toBe(undisturbed.result.reason);
  expect(await linesOf(runDir)).toEqual(await linesOf(place('undisturbed')));
  const file = await readFile(path.join(runDir, 'model.safetensors'));
  expect(sha256(file)).toBe(undisturbed.result.weightsSha256);
  return stopped.result;
}

describe('a run that was stopped and resumed ends with the bits and the log of one that was not', () => {
  it('with momentum, dropout, clipping and a schedule', async () => {
    await expectSameAfterStops(run(), [4, 17]);
  });

  it('with adam and batches that are joined', async () => {
    const trainer = { batchSize: 4, accumulateGradBatches: 2, maxEpochs: 3 };
    await expectSameAfterStops(run({ optimizer: { type: 'adam', lr: 0.01 }, trainer }), [7, 20]);
  });

  it('with early stopping, statistics and checkpoints on the way', async () => {
    const options = run({
      optimizer: { type: 'sgd', lr: 0.3 },
      trainer: { batchSize: 8, maxEpochs: 30, valEvery: { batches: 3 } },
      earlyStopping: { monitor: 'val_loss', mode: 'min', patience: 4 },
      statisticsEvery: { batches: 4 },
      checkpoint: { ...every(7), monitor: 'val_loss' },
    });
    expect((await expectSameAfterStops(options, [5, 9])).reason).toBe('early_stopping');
  });

  it('with parameters in 64 bits, in file order, cut short in the middle of an epoch', async () => {
    const model = {
      module: new URL('./fixtures/small-models.js', import.meta.url),
      export: 'Doubles',
    };
    const data = { train: tinyData(100), shuffle: false };
    const trainer = { batchSize: 16, maxSteps: 25 };
    await expectSameAfterStops(run({ model, data, trainer, metrics: [] }), [6, 13]);
  });

  it('with parameters that are not used in every step', async () => {
    const model = {
      module: new URL('./fixtures/small-models.js', import.meta.url),
      export: 'Uneven',
    };
    const optimizer = { type: 'adam', lr: 0.01 } as const;
    await expectSameAfterStops(run({ model, optimizer }), [3, 11]);
  });
});

describe('checkpoints', () => {
  it('are written at their steps, told, linked, and kept as many as asked for', async () => {
    const runDir = place('run');
    const { events, result } = await told(run({ runDir, checkpoint: { ...every(8), keep: 2 } }));
    const written = ofKind(events, 'checkpoint');
    expect(written.map(({ step }) => step)).toEqual([8, 16, 24, 32]);
    expect(written.at(-1)).toMatchObject({ epoch: 3, best: false });
    const names = await readdir(path.join(runDir, 'checkpoints'));
    expect(names.sort()).toEqual(['last', 'step-000024', 'step-000032']);
    expect(await readlink(path.join(runDir, 'checkpoints/last'))).toBe('step-000032');
    const target = path.join(runDir, 'checkpoints/step-000032');
    expect((await readdir(target)).sort()).toEqual([
      'manifest.binpb',
      'model.safetensors',
      'optimizer.safetensors',
    ]);
    expect(result.steps).toBe(36);
  });

  it('have a manifest once all that it goes by has its name for good', async () => {
    const runDir = place('run');
    const done: string[] = [];
    const disk: Disk = {
      ...nodeDisk,
      rename: (from, to) => {
        done.push(`name ${path.relative(runDir, to)}`);
        return nodeDisk.rename(from, to);
      },
      syncDirectory: (directory) => {
        done.push(`sync ${path.relative(runDir, directory)}`);
        return nodeDisk.syncDirectory(directory);
      },
    };
    await told(run({ runDir, checkpoint: every(36) }), undefined, { disk });
    const checkpoint = 'checkpoints/step-000036';
    expect(done).toEqual([
      ...[`name ${checkpoint}/model.safetensors`, `sync ${checkpoint}`],
      ...[`name ${checkpoint}/optimizer.safetensors`, `sync ${checkpoint}`],
      'sync ',
      ...[`name ${checkpoint}/manifest.binpb`, `sync ${checkpoint}`],
      'sync checkpoints',
    ]);
  });

  it('hold the weights as the run would save them then', async () => {
    const runDir = place('run');
    const checkpoint = every(10);
    await told(run({ runDir, checkpoint }));
    const trainer = { ...run().trainer, maxSteps: 30 };
    // A constant rate, which does not depend on when the run ends.
    const scheduler = 'constant' as const;
    await rm(runDir, { recursive: true });
    await told(run({ runDir, checkpoint, scheduler }));
    const short = await told(run({ scheduler, trainer }));
    const file = await readFile(path.join(runDir, 'checkpoints/step-000030/model.safetensors'));
    expect(sha256(file)).toBe(short.result.weightsSha256);
  });

  it('keep the best by the monitored metric, which makes one due', async () => {
    const runDir = place('run');
    const monitor = { monitor: 'val_accuracy', mode: 'max', keep: 1 } as const;
    const { events } = await told(run({ runDir, checkpoint: { ...every(1000), ...monitor } }));
    let best = -Infinity;
    const expected = ofKind(events, 'validation').flatMap(({ split, step, metrics }) => {
      if (split !== 'val' || !((metrics.accuracy ?? NaN) > best)) return [];
      best = metrics.accuracy ?? NaN;
      return [step];
    });
    const written = ofKind(events, 'checkpoint');
    expect(written.map(({ step }) => step)).toEqual(expected);
    expect(written.every((event) => event.best)).toBe(true);
    const listed = await listCheckpoints(runDir);
    expect(listed.map(({ step, best: isBest }) => [step, isBest])).toEqual([
      [expected.at(-1), true],
    ]);
    const link = await readlink(path.join(runDir, 'checkpoints/best'));
    expect(Number(link.slice(5))).toBe(expected.at(-1));
  });

  it('learn that they are the best when the run was stopped before that validation', async () => {
    const checkpoint = { ...every(1000), keep: 1, monitor: 'val_loss' } as const;
    const bestOf = ({ events }: Told) =>
      ofKind(events, 'checkpoint').flatMap(({ step, best }) => (best ? [step] : []));
    const expected = bestOf(await told(run({ runDir: place('undisturbed'), checkpoint })));
    expect(expected[0]).toBe(5);
    const runDir = place('run');
    // The validation hangs until the run is to stop, and is left out then.
    const stopped = await told(
      run({
        ...{ runDir, checkpoint },
        parallel: { workers: 2, workerTimeout: 500 },
        faults: [{ rank: 1, phase: 'evaluation', step: 5, kind: 'hang' }],
      }),
      afterStep(5),
    );
    expect(stopped.result.steps).toBe(5);
    expect(bestOf(stopped)).toEqual([]);
    // The checkpoint that is there outlasts a disk that refuses the new one.
    const copy = place('copy');
    await cp(runDir, copy, { recursive: true });
    const disk: Disk = {
      ...nodeDisk,
      create: async (file) => {
        if (file.includes('manifest.binpb')) throw new Error('refused');
        return nodeDisk.create(file);
      },
    };
    const isWarned = ({ event }: TrainEvent) => event === 'warning';
    await told(run({ runDir: copy, resume: copy, checkpoint }), isWarned, { disk });
    expect((await listCheckpoints(copy))[0]).toMatchObject({ step: 5, best: false, problem: null });
    const resumed = await told(run({ runDir, resume: runDir, checkpoint }));
    expect(bestOf(resumed)).toEqual(expected);
  });

  it('are the best by the metric that is monitored now', async () => {
    const runDir = place('run');
    const first = { ...every(5), keep: 1, monitor: 'val_accuracy', mode: 'max' } as const;
    await told(run({ runDir, checkpoint: first }), afterStep(12));
    // What was the highest is no mark for the lowest.
    const checkpoint = { ...every(1000), keep: 1, monitor: 'val_accuracy', mode: 'min' } as const;
    const { events } = await told(run({ runDir, resume: runDir, checkpoint }));
    const [validation] = ofKind(events, 'validation');
    expect(ofKind(events, 'checkpoint')[0]).toMatchObject({ step: validation?.step, best: true });
  });

  it('come due by time, and leave the weights as they are', async () => {
    const trainer = { batchSize: 8, maxEpochs: 60, valEvery: { batches: 50 } };
    const runDir = place('run');
    const checkpoint = { every: { seconds: 0.02 }, keep: 1000 };
    const timed = await told(run({ trainer, runDir, checkpoint, parallel: { workers: 2 } }));
    const plain = await told(run({ trainer, runDir: place('plain') }));
    expect(timed.result.weightsSha256).toBe(plain.result.weightsSha256);
    expect(await linesOf(runDir)).toEqual(await linesOf(place('plain')));
    const [first] = ofKind(timed.events, 'checkpoint');
    expect(first).toBeDefined();
    const resumed = await told(
      run({ trainer, resume: first?.path ?? '', runDir: place('resumed') }),
    );
    expect(resumed.result.weightsSha256).toBe(plain.result.weightsSha256);
    expect(await linesOf(place('resumed'))).toEqual(await linesOf(place('plain')));
  });

  it('are written when a run is stopped, also one that has none on the way', async () => {
    const runDir = place('run');
    const { result, events } = await told(run({ runDir }), afterStep(5));
    expect(ofKind(events, 'checkpoint').map(({ step }) => step)).toEqual([result.steps]);
    expect(events.at(-1)?.event).toBe('end');
    expect(await newestCheckpoint(runDir)).toMatchObject({ step: result.steps, problem: null });
    expect(await newestCheckpoint(place('nowhere'))).toBeNull();
  });

  it('that are still being written when a run is done let it end as done, whoever stops it then', async () => {
    let goOn = (): void => undefined;
    const isStopped = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const disk: Disk = {
      ...nodeDisk,
      create: async (file) => {
        if (file.includes('step-000036')) await isStopped;
        return nodeDisk.create(file);
      },
    };
    const training = train(run({ runDir: place('run'), checkpoint: every(36) }), { disk });
    for await (const event of training) {
      if (event.event !== 'validation' || event.split !== 'test') continue;
      // By then the run waits for nothing but the disk.
      await delay(50);
      training.stop();
      goOn();
    }
    const { reason } = await training.result;
    expect(reason).toBe('completed');
  });

  it('are refused where nothing can be written or monitored, and beside those of another run', async () => {
    const failing = async (more: Partial<TrainOptions>) =>
      train(run(more)).result.then(
        () => null,
        (error: unknown) => error,
      );
    expect(await failing({ checkpoint: every(5) })).toBeInstanceOf(OptionsError);
    const runDir = place('run');
    const wrong = [
      { every: { batches: 0 } },
      { every: { seconds: 0 } },
      { ...every(5), keep: 0 },
      { ...every(5), monitor: 'val_los' },
    ];
    for (const checkpoint of wrong) {
      expect(await failing({ runDir, checkpoint })).toBeInstanceOf(OptionsError);
    }
    await told(run({ runDir, checkpoint: every(10) }));
    await rm(path.join(runDir, 'events.binpb'));
    await rm(path.join(runDir, 'metrics.jsonl'));
    expect(String(await failing({ runDir }))).toContain(
      'is a checkpoint of another run, or of one whose log is gone',
    );
  });
});

describe('hashes of the weights after every step', () => {
  it('are those of the run, before and after it was resumed', async () => {
    const runDir = place('run');
    const hashed = await told(run({ hashWeights: true, parallel: { workers: 2 } }));
    const weights = ofKind(hashed.events, 'weights');
    expect(weights.map(({ step }) => step)).toEqual(numbersTo(36));
    expect(weights.at(-1)?.sha256).toBe(hashed.result.weightsSha256);
    const plain = await told(run({ runDir }), afterStep(15));
    const { steps, weightsSha256 } = plain.result;
    expect(weights[steps - 1]?.sha256).toBe(weightsSha256);
    const resumed = await told(run({ resume: runDir, hashWeights: true }));
    expect(ofKind(resumed.events, 'weights')).toEqual(weights.slice(steps));
    const bytes = hashed.result.weights.get('0.bias')?.data ?? new Float32Array();
    expect(weights.at(-1)?.parameters['0.bias']).toBe(sha256(new Uint8Array(bytes.buffer)));
    expect(Object.keys(weights[0]?.parameters ?? {})).toHaveLength(4);
  });
});

describe('a run goes on', () => {
  it('at its very end, from where it was killed before it', async () => {
    const runDir = place('run');
    const whole = await told(run({ runDir, checkpoint: every(12) }));
    const expected = await linesOf(runDir);
    const { result, events } = await told(run({ runDir, resume: runDir }));
    expect(ofKind(events, 'step')).toEqual([]);
    expect(result.weightsSha256).toBe(whole.result.weightsSha256);
    expect(result.metrics).toEqual(whole.result.metrics);
    expect(await linesOf(runDir)).toEqual(expected);
  });

  it('after it was killed between a checkpoint and its end', async () => {
    const runDir = place('run');
    const whole = await told(run({ runDir, checkpoint: every(10) }));
    const expected = await linesOf(runDir);
    // As a killed process leaves it: no end, half a record.
    await rm(path.join(runDir, 'model.safetensors'));
    await rm(path.join(runDir, 'manifest.binpb'));
    for (const [name, missing] of [
      ['events.binpb', 300],
      ['metrics.jsonl', 500],
    ] as const) {
      const bytes = await readFile(path.join(runDir, name));
      await writeFile(path.join(runDir, name), bytes.subarray(0, -missing));
    }
    const { result, events } = await told(
      run({ runDir, resume: runDir, parallel: { workers: 2 } }),
    );
    expect(ofKind(events, 'resume')[0]?.step).toBe(30);
    expect(result.weightsSha256).toBe(whole.result.weightsSha256);
    expect(await linesOf(runDir)).toEqual(expected);
    expect(await readManifest(path.join(runDir, 'manifest.binpb'))).toMatchObject({ step: 36 });
  });

  it('after it failed, from its last step', async () => {
    const runDir = path.join(folder, 'run');
    const whole = await told(run());
    const parallel = { workers: 2, onWorkerFailure: 'abort' } as const;
    const faults = [{ rank: 1, phase: 'backward', step: 9, kind: 'exit' }] as const;
    const failing = train(run({ runDir, parallel, faults }));
    await expect(failing.result).rejects.toThrow('rank 1 ended');
    expect(await newestCheckpoint(runDir)).toMatchObject({ step: 8, problem: null });
    const resumed = await told(run({ runDir, resume: runDir }));
    expect(resumed.result.weightsSha256).toBe(whole.result.weightsSha256);
    expect(resumed.result.metrics).toEqual(whole.result.metrics);
  });

  it('from where its logs reach to, which is its newest checkpoint then', async () => {
    const runDir = place('run');
    await told(run({ runDir, checkpoint: every(10) }));
    // As a process leaves it that was killed when it had cut the logs to go on from an older one.
    const log = await readFile(path.join(runDir, 'metrics.jsonl'));
    const end = log.indexOf('{"event":"step","step":25,');
    expect(end).toBeGreaterThan(0);
    await writeFile(path.join(runDir, 'metrics.jsonl'), log.subarray(0, end));
    expect((await newestCheckpoint(runDir))?.step).toBe(20);
    const { events } = await told(run({ resume: runDir }));
    expect(ofKind(events, 'resume')[0]?.step).toBe(20);
  });

  it.each([
    ['events.binpb', 'gone'],
    ['metrics.jsonl', 'gone'],
    ['events.binpb', 'cut'],
    ['metrics.jsonl', 'cut'],
  ])('in place with a new log where %s is %s, and with that from then on', async (name, how) => {
    const runDir = place('run');
    const whole = await told(run());
    const parallel = { workers: 2, onWorkerFailure: 'abort' } as const;
    const faults = [{ rank: 1, phase: 'backward', step: 15, kind: 'exit' }] as const;
    const failing = train(run({ runDir, parallel, faults, checkpoint: every(10) }));
    await expect(failing.result).rejects.toThrow('rank 1 ended');
    const file = path.join(runDir, name);
    if (how === 'gone') await rm(file);
    else await writeFile(file, (await readFile(file)).subarray(0, 100));
    expect(await newestCheckpoint(runDir)).toMatchObject({ step: 14, problem: null });

    const stopped = await told(run({ runDir, resume: runDir }), afterStep(25));
    expect(ofKind(stopped.events, 'resume')[0]?.step).toBe(14);
    expect(ofKind(stopped.events, 'warning').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the log of the steps before is lost \(/),
    ]);
    const left = ['events.1.binpb', 'metrics.1.jsonl'].filter(
      (one) => how === 'cut' || one !== name.replace('.', '.1.'),
    );
    const names = await readdir(runDir);
    expect(names.filter((one) => one.includes('.1.')).sort()).toEqual(left);
    const resumed = await told(run({ runDir, resume: runDir }));
    expect(ofKind(resumed.events, 'warning')).toEqual([]);
    expect(resumed.result.weightsSha256).toBe(whole.result.weightsSha256);
    const lines = (await linesOf(runDir)) as { event: string; step: number }[];
    const steps = lines.flatMap(({ event, step }) => (event === 'step' ? [step] : []));
    expect(steps).toEqual(numbersTo(36).slice(14));
  });

  it('with a new log where that of an older checkpoint was begun anew since', async () => {
    const runDir = place('run');
    await told(run({ runDir, checkpoint: { ...every(10), keep: 3 } }));
    await rm(path.join(runDir, 'events.binpb'));
    await told(run({ runDir, resume: runDir }));
    // As long as you like, that log begins too late for the first checkpoint.
    const log = await readFile(path.join(runDir, 'metrics.jsonl'));
    const later = log.subarray(log.indexOf('{"event":"step"')).toString().repeat(20);
    for (const name of ['metrics.jsonl', 'events.binpb']) {
      await appendFile(path.join(runDir, name), later);
    }
    const resume = path.join(runDir, 'checkpoints/step-000010');
    const { events } = await told(run({ runDir, resume }), afterStep(12));
    expect(ofKind(events, 'warning')[0]?.message).toMatch(/lost \(metrics\.jsonl .*begun anew/);
  });

  it('from an older checkpoint, and makes the later ones again', async () => {
    const runDir = place('run');
    const whole = await told(run({ runDir, checkpoint: { ...every(10), keep: 5 } }));
    const files = await readFile(
      path.join(runDir, 'checkpoints/step-000030/optimizer.safetensors'),
    );
    const resume = path.join(runDir, 'checkpoints/step-000010');
    const again = await told(run({ runDir, resume }), (event) => event.event === 'resume');
    expect(again.result.steps).toBe(10);
    expect((await listCheckpoints(runDir)).map(({ step }) => step)).toEqual([10]);
    expect(await readlink(path.join(runDir, 'checkpoints/last'))).toBe('step-000010');
    const checkpoint = { ...every(10), keep: 5 };
    const { result } = await told(run({ runDir, resume: runDir, checkpoint }));
    expect(result.weightsSha256).toBe(whole.result.weightsSha256);
    expect(
      await readFile(path.join(runDir, 'checkpoints/step-000030/optimizer.safetensors')),
    ).toEqual(files);
  });

  it('in another directory, with the log so far, and leaves the first as it was', async () => {
    const runDir = place('run');
    const whole = await told(run({ runDir, checkpoint: every(10) }));
    const before = await readFile(path.join(runDir, 'events.binpb'));
    const resume = path.join(runDir, 'checkpoints/last');
    const { result } = await told(run({ runDir: place('other'), resume }));
    expect(result.weightsSha256).toBe(whole.result.weightsSha256);
    expect(await linesOf(place('other'))).toEqual(await linesOf(runDir));
    expect(await readFile(path.join(runDir, 'events.binpb'))).toEqual(before);
    expect(await readdir(path.join(runDir, 'checkpoints'))).toContain('step-000030');
    // Without a directory at all, too, and from a checkpoint that was taken elsewhere.
    await cp(path.join(runDir, 'checkpoints/step-000030'), place('alone'), { recursive: true });
    const alone = await told(run({ resume: place('alone') }));
    expect(alone.result.weightsSha256).toBe(whole.result.weightsSha256);
    const logged = await told(run({ resume: place('alone'), runDir: place('new') }));
    expect(ofKind(logged.events, 'warning')[0]?.message).toMatch(
      /log of the steps before is lost \(it is not with/,
    );
    const steps = ofKind(logged.events, 'step').map(({ step }) => step);
    expect(steps).toEqual(numbersTo(36).slice(30));
  });

  it('with all that was told before the copy, of the checkpoint before and of ranks that were lost', async () => {
    const runDir = place('run');
    // The first is still being written when the second is due.
    const disk: Disk = {
      ...nodeDisk,
      create: async (file) => {
        if (file.includes('step-000005')) await delay(300);
        return nodeDisk.create(file);
      },
    };
    const faults = [{ rank: 1, phase: 'snapshot', step: 10, kind: 'exit' }] as const;
    const checkpoint = { ...every(5), keep: 2 };
    const trainer = { batchSize: 8, maxSteps: 14 };
    const options = run({ trainer, parallel: { workers: 2 } });
    await told({ ...options, runDir, checkpoint, faults }, undefined, { disk });
    await told({ ...options, runDir, resume: runDir });
    const text = await readFile(path.join(runDir, 'metrics.jsonl'), 'utf8');
    const lines = text.trimEnd().split('\n');
    const named = lines.map((line) => JSON.parse(line) as { event: string; step: number });
    const seen = named.filter(({ event }) => ['checkpoint', 'recovery', 'resume'].includes(event));
    expect(seen.map(({ event, step }) => [event, step])).toEqual([
      ['checkpoint', 5],
      ['recovery', 10],
      ['resume', 10],
    ]);
  });

  it('in another directory, and can be stopped there at once', async () => {
    await told(run({ runDir: place('run'), checkpoint: every(10) }));
    const runDir = place('other');
    const resume = path.join(place('run'), 'checkpoints/step-000020');
    const { result } = await told(run({ runDir, resume }), (event) => event.event === 'resume');
    expect(result).toMatchObject({ reason: 'stopped', steps: 20 });
    expect(await newestCheckpoint(runDir)).toMatchObject({ step: 20, problem: null });
  });

  it('with the clock and the counters where they stood', async () => {
    const runDir = place('run');
    const first = await told(run({ runDir }), afterStep(20));
    const { events, result } = await told(run({ runDir, resume: runDir }));
    const [resumed] = ofKind(events, 'resume');
    expect(resumed?.elapsedMs).toBeGreaterThanOrEqual(
      ofKind(first.events, 'step').at(-1)?.elapsedMs ?? Infinity,
    );
    expect(result.elapsedMs).toBeGreaterThanOrEqual(resumed?.elapsedMs ?? Infinity);
    const times = ofKind(events, 'step').map(({ elapsedMs }) => elapsedMs);
    expect(times.every((time, i) => time >= (times[i - 1] ?? resumed?.elapsedMs ?? Infinity))).toBe(
      true,
    );
  });
});

describe('what cannot be resumed is refused, and told', () => {
  let kept: string;
  let source: string;
  beforeAll(async () => {
    kept = await mkdtemp(path.join(tmpdir(), 'dltrain-kept-'));
    source = path.join(kept, 'run');
    await told(run({ runDir: source, checkpoint: { ...every(10), keep: 2 } }));
  });
  afterAll(() => rm(kept, { recursive: true }));

  const failure = async (options: TrainOptions): Promise<unknown> =>
    train(options).result.then(
      () => null,
      (error: unknown) => error,
    );

  it('when what fixes the bits differs, with each difference', async () => {
    const error = await failure(
      run({
        resume: source,
        seed: 4,
        optimizer: { type: 'sgd', lr: 0.2, momentum: 0.9, weightDecay: 1e-3, nesterov: false },
        data: { ...run().data, train: tinyData(120, (sample) => (sample === 119 ? 0.5 : null)) },
      }),
    );
    expect(error).toBeInstanceOf(ResumeError);
    const { message } = error as ResumeError;
    expect(message).toContain('seed was 3 and is 4');
    expect(message).toContain('optimizer.lr was 0.1 and is 0.2');
    expect(message).toContain('the training data are not those of the checkpoint');
    expect(message.match(/\n  /g)).toHaveLength(3);
    expect((error as IdentityError).differences.map(({ key }) => key)).toEqual([
      'data.train.sha256',
      'optimizer.lr',
      'seed',
    ]);
  });

  it('but not when what differs does not', async () => {
    const same = run({
      resume: source,
      name: 'another',
      optimizer: { type: 'sgd', lr: 0.1, momentum: 0.9, weightDecay: 1e-3, nesterov: false },
      parallel: { workers: 2, workerTimeout: 10_000 },
    });
    expect(await failure(same)).toBeNull();
  });

  it('when there is none', async () => {
    expect(String(await failure(run({ resume: place('nowhere') })))).toMatch(/ResumeError.*ENOENT/);
    expect(String(await failure(run({ resume: folder })))).toMatch(
      /neither a checkpoint nor a run directory/,
    );
  });

  it('and is left alone by a run that cannot read it', async () => {
    const runDir = place('run');
    await cp(source, runDir, { recursive: true });
    const older = path.join(runDir, 'checkpoints/step-000010');
    await cp(path.join(runDir, 'checkpoints/step-000020'), older, { recursive: true });
    // What is no file cannot be read; nor could one be while too many are open.
    await rm(path.join(older, 'manifest.binpb'));
    await mkdir(path.join(older, 'manifest.binpb'));
    const unfinished = path.join(runDir, 'checkpoints/step-000011');
    await mkdir(unfinished);
    await told(run({ runDir, resume: runDir, checkpoint: every(36) }));
    const names = await readdir(path.join(runDir, 'checkpoints'));
    expect(names.sort()).toEqual(['last', 'step-000010', 'step-000030', 'step-000036']);
    expect((await readdir(older)).sort()).toContain('model.safetensors');
  });

  it('but goes on from the one before where the newest is damaged or half written', async () => {
    const runDir = place('run');
    await cp(source, runDir, { recursive: true });
    const newest = path.join(runDir, 'checkpoints/step-000030');
    const file = path.join(newest, 'optimizer.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(file, bytes);
    const { result, events } = await told(run({ runDir, resume: runDir, checkpoint: every(15) }));
    expect(ofKind(events, 'resume')[0]?.step).toBe(20);
    expect(ofKind(events, 'warning')[0]?.message).toMatch(
      /step-000030: optimizer\.safetensors was changed/,
    );
    expect(result.weightsSha256).toBe((await told(run())).result.weightsSha256);
    expect((await listCheckpoints(runDir)).map(({ step }) => step)).toEqual([20, 30]);

    for (const step of [20, 30]) {
      await rm(path.join(runDir, `checkpoints/step-0000${step}/manifest.binpb`));
    }
    const error = await failure(run({ resume: runDir }));
    expect(error).toBeInstanceOf(ResumeError);
    expect(String(error)).toMatch(/step-000030: .*no manifest[^]*step-000020: .*no manifest/);
    expect((await listCheckpoints(runDir)).every(({ problem }) => problem !== null)).toBe(true);
  });

  it('at every changed byte of the manifest and of the headers, and 1,000 others', async () => {
    const runDir = place('run');
    await cp(source, runDir, { recursive: true });
    await rm(path.join(runDir, 'checkpoints/step-000020'), { recursive: true });
    const checkpoint = path.join(runDir, 'checkpoints/step-000030');
    const expectNoticed = async (name: string, positions: readonly number[]): Promise<void> => {
      const file = path.join(checkpoint, name);
      const bytes = await readFile(file);
      for (const [i, at] of positions.entries()) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (i % 8));
        await writeFile(file, flipped);
        const found = await newestCheckpoint(runDir);
        if (found !== null) throw new Error(`byte ${at} of ${name} was changed unnoticed`);
      }
      await writeFile(file, bytes);
      expect(await newestCheckpoint(runDir)).not.toBeNull();
    };
    const manifest = await readFile(path.join(checkpoint, 'manifest.binpb'));
    await expectNoticed('manifest.binpb', [...manifest.keys()]);
    for (const name of ['model.safetensors', 'optimizer.safetensors']) {
      const bytes = await readFile(path.join(checkpoint, name));
      const header = 8 + Number(bytes.readBigUInt64LE());
      await expectNoticed(name, [...Array(header).keys()]);
      const rest = bytes.length - header;
      const positions = Array.from({ length: 500 }, (_, i) => header + ((i * 7919) % rest));
      await expectNoticed(name, positions);
    }
  });
});

describe('a disk that fails', () => {
  /** Each operation, and some of them where another Node went through all. */
  const stride = isSecondNode ? 5 : 1;
  let weights: string;
  const checkpoint = { every: { batches: 9 }, keep: 1 } as const;
  /** 24 steps with two checkpoints, of which the second replaces the first. */
  const short = (more: Partial<TrainOptions> = {}) =>
    run({ trainer: { batchSize: 8, maxEpochs: 2 }, ...more });
  beforeAll(async () => {
    weights = (await told(short())).result.weightsSha256;
  });

  /** As `told`, of a run that may be refused, or reject at its end. */
  const triedWith = async (options: TrainOptions, disk: Disk) => {
    const events: TrainEvent[] = [];
    const training = train(options, { disk });
    const error: unknown = await (async () => {
      for await (const event of training) events.push(event);
      return null;
    })().catch((reason: unknown) => reason);
    return { events, error };
  };

  it.each(['refuse', 'tear', 'lose'] as const)(
    'leaves something whole to resume from at every operation (%s)',
    async (how: DiskFailure) => {
      let fellBack = 0;
      let none = 0;
      let ofLogs = 0;
      let failAt = 1 - stride;
      for (;;) {
        failAt += stride;
        const runDir = place(`${how}-${failAt}`);
        const disk = new FailingDisk(failAt, how);
        const { events, error } = await triedWith(short({ runDir, checkpoint }), disk);
        const { failedAt } = disk;
        if (failedAt === null) break;
        const isOfLogs = /events\.binpb$|metrics\.jsonl$/.test(failedAt);
        if (isOfLogs) ofLogs++;
        const end = ofKind(events, 'end')[0];
        if (end === undefined) {
          // Only a log that could not be begun keeps a run from training.
          expect(isOfLogs && failAt <= 2 && how !== 'lose').toBe(true);
          expect(String(error)).toMatch(/cannot create the event log/);
          continue;
        }
        // The run itself is none the worse.
        expect(end.weightsSha256).toBe(weights);
        // A disk that takes nothing any more has lost the end of the log, too.
        if (how === 'tear') expect(String(error)).toMatch(/EventLogError: cannot/);
        else if (!isOfLogs || how === 'lose') expect(error).toBeNull();
        const warnings = ofKind(events, 'warning').map(({ message }) => message);
        if (how === 'refuse' && !isOfLogs) expect(warnings.length).toBeGreaterThan(0);
        if (how === 'refuse' && warnings.length > 0) {
          expect(warnings[0]).toMatch(/ENOSPC.*the disk is full/);
        }
        const newest = await newestCheckpoint(runDir);
        const whole = ofKind(events, 'checkpoint').length;
        if (how === 'refuse') await expectWholeLog(runDir, error === null ? events : null);
        if (newest === null) {
          none++;
          // Nothing had been told to be whole, unless the disk lied about all of it.
          if (how !== 'lose') expect(whole).toBe(0);
          continue;
        }
        if (newest.step < 18) fellBack++;
        // There are but two checkpoints to go on from.
        if (failAt % 5 !== 1) continue;
        const resumed = await told(short({ runDir, resume: runDir }));
        expect(resumed.result.weightsSha256).toBe(weights);
        // A run that ends well has a log that can be read.
        await expectWholeLog(runDir, null);
      }
      expect(failAt).toBeGreaterThan(60);
      expect(ofLogs).toBeGreaterThan(10 / stride);
      // What fails at the first checkpoint alone leaves the second; what fails for good leaves nothing.
      expect(fellBack).toBeGreaterThan(10 / stride);
      expect(none > 10 / stride).toBe(how !== 'refuse');
    },
    300_000,
  );

  it('is told of in the log when it does not take the weights at the end', async () => {
    const runDir = place('run');
    const training = train(run({ runDir }));
    const events: TrainEvent[] = [];
    const whole = (async () => {
      for await (const event of training) {
        events.push(event);
        // A directory in the way.
        if (event.event === 'start')
          await mkdir(place('run/model.safetensors/here'), { recursive: true });
      }
    })();
    await expect(whole).rejects.toThrow(/model\.safetensors: the weights cannot be written/);
    expect(events.at(-1)).toMatchObject({
      ...{ event: 'end', reason: 'failed', steps: 36 },
      error: { name: 'SafetensorsError' },
    });
    const log = (await readFile(place('run/events.binpb'))).toString('latin1');
    expect(log).toContain((events.at(-1) as { weightsSha256: string }).weightsSha256);
  });

  /** @param events what listeners were told, if nothing may be missing */
  const expectWholeLog = async (runDir: string, events: readonly TrainEvent[] | null) => {
    const logged: TrainEvent[] = [];
    for await (const event of readEvents(path.join(runDir, 'events.binpb'))) logged.push(event);
    const lines = (await readFile(path.join(runDir, 'metrics.jsonl'), 'utf8')).trimEnd();
    expect(lines.split('\n')).toHaveLength(logged.length);
    if (events !== null) expect(logged).toEqual(events);
  };

  /** Full from a checkpoint on until a validation: writes leave half of what they were given. */
  const fullBetween = (from: number, to: number) => {
    let isFull = false;
    const disk: Disk = {
      ...nodeDisk,
      create: async (file) => {
        const real = await nodeDisk.create(file);
        const write = async (bytes: Uint8Array): Promise<void> => {
          if (!isFull) return real.write(bytes);
          await real.write(bytes.subarray(0, bytes.length >> 1));
          throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        };
        return { ...real, write };
      },
    };
    const look = (event: TrainEvent): boolean => {
      if (event.event === 'checkpoint' && event.step === from) isFull = true;
      if (event.event === 'validation' && event.step === to) isFull = false;
      return false;
    };
    return { disk, look };
  };

  it('costs checkpoints only as long as it is full', async () => {
    const runDir = place('run');
    const { disk, look } = fullBetween(9, 20);
    const options = run({ runDir, checkpoint: { ...every(3), keep: 20 } });
    const { result, events } = await told(options, look, { disk });
    expect(result.weightsSha256).toBe((await told(run())).result.weightsSha256);
    const messages = ofKind(events, 'warning').map(({ message }) => message);
    const ofLog = messages.filter((message) => message.includes('events are kept and tried again'));
    expect(ofLog).toHaveLength(1);
    expect(messages.some((message) => message.includes('checkpoint of step 15 could not be'))).toBe(
      true,
    );
    const steps = (await listCheckpoints(runDir)).map(({ step }) => step);
    expect(steps).toEqual(expect.arrayContaining([3, 6, 9, 21, 24, 27, 30, 33, 36]));
    expect(steps).not.toContain(15);
    await expectWholeLog(runDir, events);
    // A log that is cut after the outage has what was told in it.
    const resume = path.join(runDir, 'checkpoints/step-000027');
    const resumed = await told(run({ runDir, resume }));
    expect(resumed.result.weightsSha256).toBe(result.weightsSha256);
    expect(ofKind(resumed.events, 'step')).toHaveLength(9);
    const logged = (await linesOf(runDir)) as { event: string; step: number }[];
    expect(logged.flatMap(({ event, step }) => (event === 'step' ? [step] : []))).toEqual(
      numbersTo(36),
    );
    await expectWholeLog(runDir, null);
  });

  it('that stays full to the end is told of at the end, when the weights are saved', async () => {
    const runDir = place('run');
    const { disk, look } = fullBetween(9, Infinity);
    const options = run({ runDir, checkpoint: { ...every(3), keep: 20 } });
    const seen: TrainEvent[] = [];
    const failed: unknown = await told(
      options,
      (event) => {
        seen.push(event);
        return look(event);
      },
      { disk },
    ).catch((reason: unknown) => reason);
    expect(failed).toBeInstanceOf(EventLogError);
    expect(String(failed)).toMatch(/ENOSPC.*the last \d+ events of the run are not in it/);
    const plain = await told(run());
    expect(seen.at(-1)).toMatchObject({
      event: 'end',
      reason: 'completed',
      weightsSha256: plain.result.weightsSha256,
    });
    const saved = await readFile(path.join(runDir, 'model.safetensors'));
    expect(sha256(saved)).toBe(plain.result.weightsSha256);
    // Both files end with a whole event.
    await expectWholeLog(runDir, null);
    const resumed = await told(run({ runDir, resume: runDir }));
    expect(ofKind(resumed.events, 'resume')[0]?.step).toBe(9);
    expect(resumed.result.weightsSha256).toBe(plain.result.weightsSha256);
    await expectWholeLog(runDir, null);
  });

  it('ends the run where it was asked to, with what is kept', async () => {
    const runDir = place('run');
    const disk: Disk = {
      ...nodeDisk,
      create: (file) => {
        if (!file.includes('step-000018')) return nodeDisk.create(file);
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      },
    };
    const options = short({ runDir, checkpoint: { ...checkpoint, onError: 'stop' } });
    const { events, error } = await triedWith(options, disk);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(String(error)).toMatch(/step 18 .*ENOSPC.*step-000009 is kept/);
    expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'failed' });
    const resumed = await told(short({ runDir, resume: runDir }));
    expect(ofKind(resumed.events, 'resume')[0]?.step).toBe(9);
    expect(resumed.result.weightsSha256).toBe(weights);
  });
});
