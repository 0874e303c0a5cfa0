import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { nodeDisk, SafetensorsError, type Disk } from '@dltrain/nn';
import {
  CheckpointError,
  EventLogError,
  listCheckpoints,
  ManifestError,
  newestCheckpoint,
  RankError,
  readEvents,
  train,
  type TrainEvent,
  type TrainOptions,
} from '@dltrain/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { FailingDisk, type DiskFailure } from '../support/failing-disk.js';
import { isSecondNode } from '../support/second-node.js';
import { sha256 } from '../support/small-runs.js';
import {
  run,
  told,
  ofKind,
  linesOf,
  every,
  numbersTo,
  placesOfTests,
} from '../support/checkpointed-run.js';

const place = placesOfTests();

describe('a disk that fails', () => {
  /**
   * Each operation is refused once. A disk that is gone from there on is much the same one operation later, and
   * another Node went through all.
   */
  const strideOf = (how: DiskFailure) => (how === 'refuse' ? 1 : 3) * (isSecondNode ? 5 : 1);
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

  /** SHA-256 of the weights that a run left at its end; null where it left none. */
  const savedIn = async (runDir: string): Promise<string | null> => {
    const file = path.join(runDir, 'model.safetensors');
    return existsSync(file) ? sha256(await readFile(file)) : null;
  };

  const isLog = (file: string): boolean =>
    /^(events\.binpb|metrics\.jsonl)$/.test(path.basename(file));

  /** Whether a file is one of the weights at the end, or its draft. */
  const isWeights = (runDir: string, file: string): boolean =>
    path.dirname(file) === runDir &&
    /^(model\.safetensors|manifest\.binpb)/.test(path.basename(file));

  it.each([
    ['refuse', 'the logs'],
    ['refuse', 'what is no log'],
    ['tear', 'the logs'],
    ['tear', 'what is no log'],
    ['lose', 'the logs'],
    ['lose', 'what is no log'],
  ] as const)(
    'leaves something whole to resume from, whichever operation fails (%s, %s)',
    async (how: DiskFailure, which) => {
      const stride = strideOf(how);
      const isOfLogs = which === 'the logs';
      const counts = (file: string) => isLog(file) === isOfLogs;
      let fellBack = 0;
      let none = 0;
      let ofWeights = 0;
      let notBegun = 0;
      let failAt = 1 - stride;
      for (;;) {
        failAt += stride;
        const runDir = place(`${how}-${which}-${failAt}`);
        const disk = new FailingDisk(failAt, how, counts);
        const { events, error } = await triedWith(short({ runDir, checkpoint }), disk);
        const { failedAt } = disk;
        if (failedAt === null) break;
        // Those of the run, at its end; a directory is synced for checkpoints, too.
        const isOfWeights = error instanceof SafetensorsError || error instanceof ManifestError;
        if (isOfWeights) ofWeights++;
        const end = ofKind(events, 'end')[0];
        if (end === undefined) {
          // Only a directory or a log that could not be made keeps a run from training.
          const isDirectory = failedAt === runDir;
          expect(isDirectory || (isOfLogs && failAt <= 2 && how !== 'lose')).toBe(true);
          const what = isDirectory ? 'make the run directory' : 'create the event log';
          expect(error).toBeInstanceOf(EventLogError);
          expect(String(error)).toContain(`cannot ${what}: E`);
          expect(events).toEqual([]);
          if (how !== 'refuse') continue;
          expect(String(error)).toMatch(/ENOSPC.*the disk is full; make room/);
          // Nothing is in the way of the next try.
          expect(await nodeDisk.list(runDir)).toEqual([]);
          expect(existsSync(runDir)).toBe(!isDirectory);
          notBegun++;
          continue;
        }
        // The run itself is none the worse.
        expect(end.weightsSha256).toBe(weights);
        // A disk that takes nothing any more has lost the end of the log, too.
        if (how === 'tear') expect(String(error)).toMatch(/EventLogError: cannot/);
        else if (how === 'refuse' && (isOfWeights || isWeights(runDir, failedAt))) {
          expect(String(error)).toMatch(/cannot .*writ.*ENOSPC.*the disk is full; make room/);
          expect(end).toMatchObject({ reason: 'failed', error: { name: (error as Error).name } });
        } else if (!isOfLogs || how === 'lose') expect(error).toBeNull();
        // What is there is whole, and it is there unless somebody was told otherwise.
        const saved = await savedIn(runDir);
        if (saved !== null || (error === null && how === 'refuse')) expect(saved).toBe(weights);
        const warnings = ofKind(events, 'warning').map(({ message }) => message);
        if (how === 'refuse' && !isOfLogs && !isOfWeights) {
          expect(warnings.length).toBeGreaterThan(0);
        }
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
        expect(await savedIn(runDir)).toBe(weights);
        // A run that ends well has a log that can be read.
        await expectWholeLog(runDir, null);
      }
      // Of how many operations a log is made depends on the clock.
      expect(failAt).toBeGreaterThan(isOfLogs ? stride : 60);
      if (how === 'refuse') {
        expect(none).toBe(0);
        if (stride === 1) expect(notBegun).toBe(isOfLogs ? 2 : 1);
      }
      if (isOfLogs) return;
      // What fails at the first checkpoint alone leaves the second; what fails for good leaves nothing.
      expect(fellBack).toBeGreaterThan(0);
      if (how === 'refuse') expect(ofWeights).toBeGreaterThan(0);
      else expect(none).toBeGreaterThan(0);
    },
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

  /**
   * Full from a checkpoint on until a validation: writes leave half of what they were given.
   *
   * @param hasRoom for a file all the same
   */
  const fullBetween = (
    from: number,
    to: number,
    hasRoom: (file: string) => boolean = () => false,
  ) => {
    let isFull = false;
    const disk: Disk = {
      ...nodeDisk,
      create: async (file) => {
        const real = await nodeDisk.create(file);
        const write = async (bytes: Uint8Array): Promise<void> => {
          if (!isFull || hasRoom(file)) return real.write(bytes);
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
    const { disk, look } = fullBetween(9, Infinity, (file) => isWeights(runDir, file));
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

  it('that has no room for the weights either says both, and the run can be gone on with', async () => {
    const runDir = place('run');
    const { disk, look } = fullBetween(9, Infinity);
    const options = run({ runDir, checkpoint: every(9) });
    const failed: unknown = await told(options, look, { disk }).catch((reason: unknown) => reason);
    expect(String(failed)).toMatch(
      /SafetensorsError: .*model\.safetensors: the weights cannot be written: ENOSPC.*EventLogError/,
    );
    expect(await savedIn(runDir)).toBeNull();
    const resumed = await told(run({ runDir, resume: runDir }));
    expect(ofKind(resumed.events, 'resume')[0]?.step).toBe(9);
    expect(await savedIn(runDir)).toBe((await told(run())).result.weightsSha256);
    await expectWholeLog(runDir, null);
  });

  it.each(['events.binpb', 'metrics.jsonl'])(
    'that does not let a log that cannot go on be put aside leaves the run as it was (%s)',
    async (name) => {
      const runDir = place('run');
      await told(short({ runDir, checkpoint }));
      // What is left of it reaches to no checkpoint.
      const logs = ['events.binpb', 'metrics.jsonl'].map((log) => path.join(runDir, log));
      for (const log of logs) await truncate(log, 10);
      const aside = path.join(runDir, name.replace('.', '.1.'));
      const disk = new FailingDisk(1, 'refuse', (file) => file === aside);
      const { events, error } = await triedWith(short({ runDir, resume: runDir }), disk);
      expect(error).toBeInstanceOf(EventLogError);
      expect(String(error)).toMatch(
        /cannot put \w+\.\w+ aside: ENOSPC.*the disk is full; make room/,
      );
      expect(events).toEqual([]);
      expect(existsSync(aside)).toBe(false);
      expect((await stat(path.join(runDir, name))).size).toBe(10);
      expect(await newestCheckpoint(runDir)).toMatchObject({ step: 18 });
      const resumed = await told(short({ runDir, resume: runDir }));
      expect(resumed.result.weightsSha256).toBe(weights);
      await expectWholeLog(runDir, null);
    },
  );

  it.each(['continue', 'stop'] as const)(
    'is told of by a run that has failed before, which rejects with that (%s)',
    async (onError) => {
      const runDir = place('run');
      const disk: Disk = {
        ...nodeDisk,
        create: (file) => {
          if (!file.includes('step-')) return nodeDisk.create(file);
          throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        },
      };
      const options = short({
        ...{ runDir, checkpoint: { ...every(100), onError } },
        parallel: { workers: 2, onWorkerFailure: 'abort' },
        faults: [{ rank: 1, phase: 'backward', step: 4, kind: 'throw' }],
      });
      const { events, error } = await triedWith(options, disk);
      expect(error).toBeInstanceOf(RankError);
      expect(ofKind(events, 'warning').map(({ message }) => message)).toEqual([
        expect.stringMatching(/^the checkpoint of step 3 could not be written: ENOSPC.*make room/),
      ]);
      expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'failed' });
    },
  );

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
