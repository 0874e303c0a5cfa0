import { cp, lstat, mkdir, readFile, readdir, readlink, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeDisk, type Disk } from '@dltrain/nn';
import {
  listCheckpoints,
  newestCheckpoint,
  OptionsError,
  train,
  type TrainEvent,
  type TrainOptions,
} from '@dltrain/runtime';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../support/small-runs.js';
import {
  run,
  type Told,
  told,
  afterStep,
  ofKind,
  linesOf,
  every,
  placesOfTests,
} from '../support/checkpointed-run.js';

const place = placesOfTests();

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
      // What the run leaves at its end.
      ...['name model.safetensors', 'sync ', 'name manifest.binpb', 'sync '],
    ]);
  });

  it('may be on another disk, with a link in their place', async () => {
    const { result } = await told(run({ runDir: place('undisturbed') }));
    const runDir = place('run');
    const disk = place('disk');
    const link = path.join(runDir, 'checkpoints');
    await mkdir(runDir);
    await mkdir(disk);
    await symlink(disk, link, 'junction');
    const checkpoint = { ...every(4), keep: 2 };
    const stopped = await told(run({ runDir, checkpoint }), afterStep(13));
    expect(stopped.result.reason).toBe('stopped');
    const last = await readlink(path.join(link, 'last'));
    expect((await readdir(disk)).sort()).toEqual(['last', expect.anything(), last]);
    expect((await listCheckpoints(runDir)).map(({ problem }) => problem)).toEqual([null, null]);
    // In place, whichever way it is named; and a branch, whose log begins with a copy of all before.
    for (const [i, from] of [
      runDir,
      link,
      path.join(link, 'last'),
      path.join(link, last),
    ].entries()) {
      const copy = place(`copy-${i}`);
      await cp(runDir, copy, { recursive: true, verbatimSymlinks: true });
      await rm(path.join(copy, 'checkpoints'));
      await cp(disk, place(`disk-${i}`), { recursive: true, verbatimSymlinks: true });
      await symlink(place(`disk-${i}`), path.join(copy, 'checkpoints'), 'junction');
      const resume = path.join(copy, path.relative(runDir, from));
      const branch = place(`branch-${i}`);
      for (const target of [branch, copy]) {
        const resumed = await told(run({ runDir: target, resume, checkpoint }));
        expect(resumed.events[1]).toMatchObject({ event: 'resume', step: stopped.result.steps });
        expect(ofKind(resumed.events, 'warning')).toEqual([]);
        expect(resumed.result.weightsSha256).toBe(result.weightsSha256);
        expect(await linesOf(target)).toEqual(await linesOf(place('undisturbed')));
      }
      expect((await readdir(place(`disk-${i}`))).sort()).toEqual([
        ...['last', 'step-000032', 'step-000036'],
      ]);
      expect((await lstat(path.join(copy, 'checkpoints'))).isSymbolicLink()).toBe(true);
    }
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
        if (/step-\d+\/manifest\.binpb/.test(file)) throw new Error('refused');
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
    const month = { every: { seconds: 2_592_000 } };
    expect(String(await failing({ runDir, checkpoint: month }))).toMatch(/at most 2147482 seconds/);
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
