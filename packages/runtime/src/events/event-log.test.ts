import { statSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeDisk, type Disk, type DiskFile } from '@dltrain/nn';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  CheckpointEvent,
  EndEvent,
  NonFiniteEvent,
  RecoveryEvent,
  ResumeEvent,
  StartEvent,
  StatisticsEvent,
  StepEvent,
  TrainEvent,
  ValidationEvent,
  WarningEvent,
  WeightsEvent,
} from '../options.js';
import { EventLogError } from './errors.js';
import { EventLog } from './event-log.js';
import { readEvents } from './read-events.js';

const count = fc.nat(2 ** 53 - 1);
const uint32 = fc.nat(2 ** 32 - 1);
const text = fc.string({ unit: 'binary', maxLength: 200 });
const metrics = fc
  .array(fc.tuple(fc.oneof(text, fc.constant('__proto__')), fc.double()), { maxLength: 8 })
  .map((entries) => Object.fromEntries(entries));

const start: fc.Arbitrary<StartEvent> = fc.record({
  event: fc.constant('start'),
  name: text,
  seed: fc.double(),
  workers: uint32,
  leaves: uint32,
  variant: text,
  parameters: count,
  model: fc.array(
    fc.record({
      name: text,
      kind: text,
      outputShape: fc.option(fc.array(uint32, { maxLength: 5 })),
      parameters: count,
    }),
    { maxLength: 5 },
  ),
  samples: fc.record({ train: count, val: count, test: count }),
  stepsPerEpoch: count,
  maxSteps: fc.oneof(count, fc.constant(Infinity)),
});
const step: fc.Arbitrary<StepEvent> = fc.record({
  event: fc.constant('step'),
  step: count,
  epoch: count,
  loss: fc.double(),
  learningRate: fc.double(),
  samples: count,
  elapsedMs: fc.double(),
  gradNorm: fc.option(fc.double()),
  metrics,
});
const validation: fc.Arbitrary<ValidationEvent> = fc.record({
  event: fc.constant('validation'),
  split: fc.constantFrom('val', 'test'),
  step: count,
  epoch: count,
  samples: count,
  elapsedMs: fc.double(),
  metrics,
});
const end: fc.Arbitrary<EndEvent> = fc.record({
  event: fc.constant('end'),
  reason: fc.constantFrom('completed', 'max_steps', 'early_stopping', 'stopped', 'failed'),
  steps: count,
  epochs: count,
  elapsedMs: fc.double(),
  samplesPerSecond: fc.double(),
  weightsSha256: text,
  metrics,
});
const spread = fc.record({ mean: fc.double(), deviation: fc.double(), norm: fc.double() });
const statistics: fc.Arbitrary<StatisticsEvent> = fc.record({
  event: fc.constant('statistics'),
  step: count,
  epoch: count,
  samples: count,
  elapsedMs: fc.double(),
  layers: fc.array(
    fc.record({
      name: text,
      kind: text,
      turn: uint32,
      shape: fc.array(uint32, { maxLength: 5 }),
      activation: spread,
      zeros: fc.double(),
      saturated: fc.option(fc.double()),
      dead: fc.double(),
      gradient: fc.option(spread),
    }),
    { maxLength: 5 },
  ),
});
const resume: fc.Arbitrary<ResumeEvent> = fc.record({
  event: fc.constant('resume'),
  step: count,
  epoch: count,
  checkpoint: text,
  workers: uint32,
  elapsedMs: fc.double(),
});
const checkpoint: fc.Arbitrary<CheckpointEvent> = fc.record({
  event: fc.constant('checkpoint'),
  step: count,
  epoch: count,
  path: text,
  bytes: count,
  writeMs: fc.double(),
  best: fc.boolean(),
  elapsedMs: fc.double(),
});
const recovery: fc.Arbitrary<RecoveryEvent> = fc.record({
  event: fc.constant('recovery'),
  step: count,
  rank: uint32,
  reason: text,
  restarts: uint32,
  recoveryMs: fc.double(),
  elapsedMs: fc.double(),
});
const nonfinite: fc.Arbitrary<NonFiniteEvent> = fc.record({
  event: fc.constant('nonfinite'),
  step: count,
  parameter: text,
  leaf: fc.option(uint32),
  elapsedMs: fc.double(),
});
const weights: fc.Arbitrary<WeightsEvent> = fc.record({
  event: fc.constant('weights'),
  step: count,
  sha256: text,
  parameters: fc
    .array(fc.tuple(fc.oneof(text, fc.constant('__proto__')), text), { maxLength: 8 })
    .map((entries) => Object.fromEntries(entries)),
});
const warning: fc.Arbitrary<WarningEvent> = fc.record({
  event: fc.constant('warning'),
  step: count,
  message: text,
  elapsedMs: fc.double(),
});

/** One of each kind: a kind that is added to the events must be added here. */
const ofKind = {
  start,
  step,
  validation,
  statistics,
  resume,
  checkpoint,
  recovery,
  nonfinite,
  weights,
  warning,
  end,
} satisfies Record<TrainEvent['event'], fc.Arbitrary<TrainEvent>>;
const anyEvent: fc.Arbitrary<TrainEvent> = fc.oneof(...Object.values(ofKind));

const aStep: StepEvent = {
  event: 'step',
  step: 1,
  epoch: 1,
  loss: 2.5,
  learningRate: 0.1,
  samples: 128,
  elapsedMs: 3,
  gradNorm: null,
  metrics: { accuracy: 0.25 },
};

async function collect(source: string | Uint8Array): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of readEvents(source)) events.push(event);
  return events;
}

async function writeRun(directory: string, events: readonly TrainEvent[]): Promise<void> {
  const log = await EventLog.open(directory);
  for (const event of events) await log.append(event);
  await log.close();
}

describe('EventLog', () => {
  let directory: string;
  let eventsFile: string;
  let metricsFile: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'event-log-'));
    eventsFile = path.join(directory, 'events.binpb');
    metricsFile = path.join(directory, 'metrics.jsonl');
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it('gives back every event exactly, to the bit of each number', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 12 }), async (events) => {
        const run = await mkdtemp(path.join(directory, 'run-'));
        await writeRun(run, events);
        expect(await collect(path.join(run, 'events.binpb'))).toEqual(events);
      }),
      { numRuns: 60 },
    );
  });

  it('writes one readable line an event, under the names of the schema', async () => {
    await writeRun(directory, [
      {
        event: 'start',
        name: 'mnist',
        seed: 42,
        workers: 2,
        leaves: 8,
        variant: 'exact-256',
        parameters: 10,
        model: [
          { name: '0', kind: 'linear', outputShape: [10], parameters: 10 },
          { name: '1', kind: 'Mine', outputShape: null, parameters: 0 },
        ],
        samples: { train: 60_000, val: 0, test: 10_000 },
        stepsPerEpoch: 469,
        maxSteps: Infinity,
      },
      { ...aStep, loss: NaN, gradNorm: -Infinity },
      aStep,
      {
        event: 'validation',
        split: 'val',
        step: 1,
        epoch: 1,
        samples: 100,
        elapsedMs: 4,
        metrics: { loss: 2, ['__proto__']: 7 },
      },
      {
        event: 'end',
        reason: 'max_steps',
        steps: 1,
        epochs: 1,
        elapsedMs: 5,
        samplesPerSecond: 1000,
        weightsSha256: 'ab',
        metrics: { test_accuracy: 0.5 },
      },
    ]);
    expect((await readFile(metricsFile, 'utf8')).split('\n')).toEqual([
      '{"event":"start","format_version":1,"name":"mnist","seed":42,"workers":2,"leaves":8,' +
        '"variant":"exact-256","parameters":10,"model":[' +
        '{"name":"0","kind":"linear","output_shape":[10],"parameters":10},' +
        '{"name":"1","kind":"Mine","output_shape":null,"parameters":0}],' +
        '"samples":{"train":60000,"val":0,"test":10000},"steps_per_epoch":469,"max_steps":"Infinity"}',
      '{"event":"step","step":1,"epoch":1,"loss":"NaN","learning_rate":0.1,"samples":128,' +
        '"elapsed_ms":3,"grad_norm":"-Infinity","metrics":{"accuracy":0.25}}',
      '{"event":"step","step":1,"epoch":1,"loss":2.5,"learning_rate":0.1,"samples":128,' +
        '"elapsed_ms":3,"grad_norm":null,"metrics":{"accuracy":0.25}}',
      '{"event":"validation","split":"val","step":1,"epoch":1,"samples":100,"elapsed_ms":4,' +
        '"metrics":{"loss":2,"__proto__":7}}',
      '{"event":"end","reason":"max_steps","steps":1,"epochs":1,"elapsed_ms":5,' +
        '"samples_per_second":1000,"weights_sha256":"ab","metrics":{"test_accuracy":0.5}}',
      '',
    ]);
  });

  it('writes what a run survived under the names of the schema', async () => {
    await writeRun(directory, [
      {
        event: 'resume',
        step: 200,
        epoch: 2,
        checkpoint: 'runs/net/checkpoints/step-000200',
        workers: 2,
        elapsedMs: 9000,
      },
      {
        event: 'checkpoint',
        step: 400,
        epoch: 3,
        path: 'runs/net/checkpoints/step-000400',
        bytes: 1e6,
        writeMs: 12.5,
        best: true,
        elapsedMs: 9500,
      },
      {
        event: 'recovery',
        step: 401,
        rank: 1,
        reason: 'it exited',
        restarts: 1,
        recoveryMs: 80,
        elapsedMs: 9600,
      },
      { event: 'nonfinite', step: 402, parameter: '0.weight', leaf: 0, elapsedMs: 9700 },
      { event: 'nonfinite', step: 403, parameter: '0.weight', leaf: null, elapsedMs: 9800 },
      { event: 'weights', step: 404, sha256: 'ab', parameters: { '0.weight': 'cd' } },
      { event: 'warning', step: 405, message: 'the disk is full', elapsedMs: 9900 },
    ]);
    expect((await readFile(metricsFile, 'utf8')).split('\n')).toEqual([
      '{"event":"resume","step":200,"epoch":2,"checkpoint":"runs/net/checkpoints/step-000200",' +
        '"workers":2,"elapsed_ms":9000}',
      '{"event":"checkpoint","step":400,"epoch":3,"path":"runs/net/checkpoints/step-000400",' +
        '"bytes":1000000,"write_ms":12.5,"best":true,"elapsed_ms":9500}',
      '{"event":"recovery","step":401,"rank":1,"reason":"it exited","restarts":1,' +
        '"recovery_ms":80,"elapsed_ms":9600}',
      '{"event":"nonfinite","step":402,"parameter":"0.weight","leaf":0,"elapsed_ms":9700}',
      '{"event":"nonfinite","step":403,"parameter":"0.weight","leaf":null,"elapsed_ms":9800}',
      '{"event":"weights","step":404,"sha256":"ab","parameters":{"0.weight":"cd"}}',
      '{"event":"warning","step":405,"message":"the disk is full","elapsed_ms":9900}',
      '',
    ]);
  });

  it('writes steps in order and on its own while the run goes on', async () => {
    const log = await EventLog.open(directory);
    await log.append({ ...aStep, step: 1 });
    await log.append({ ...aStep, step: 2 });
    // Held back: a write for each would be slow.
    expect(statSync(eventsFile).size).toBe(0);
    await vi.waitFor(
      async () => {
        expect((await collect(eventsFile)).length).toBe(2);
        expect((await readFile(metricsFile, 'utf8')).split('\n').length).toBe(3);
      },
      { timeout: 120_000, interval: 50 },
    );
    await log.append({ ...aStep, step: 3 });
    await log.close();
    expect(await collect(eventsFile)).toEqual([1, 2, 3].map((n) => ({ ...aStep, step: n })));
  });

  it('writes what is not a step at once', async () => {
    const log = await EventLog.open(directory);
    const event: ValidationEvent = {
      event: 'validation',
      split: 'test',
      step: 1,
      epoch: 1,
      samples: 1,
      elapsedMs: 1,
      metrics: {},
    };
    await log.append(aStep);
    await log.append(event);
    expect(await collect(eventsFile)).toEqual([aStep, event]);
    await log.append(aStep);
    await log.flush();
    expect(await collect(eventsFile)).toEqual([aStep, event, aStep]);
    await log.close();
  });

  it('keeps the order of events that are appended without waiting', async () => {
    const log = await EventLog.open(directory);
    const events = Array.from({ length: 5000 }, (_, i) => ({ ...aStep, step: i }));
    await Promise.all(events.map((event) => log.append(event)));
    await log.close();
    expect(await collect(eventsFile)).toEqual(events);
  });

  it('does not overwrite a log', async () => {
    await writeRun(directory, [aStep]);
    await expect(EventLog.open(directory)).rejects.toThrow(/cannot create the event log: EEXIST/);
    expect(await collect(eventsFile)).toEqual([aStep]);
    await rm(eventsFile);
    await expect(EventLog.open(directory)).rejects.toThrow(EventLogError);
  });

  it('takes nothing after it was closed', async () => {
    const log = await EventLog.open(directory);
    await log.close();
    await log.close();
    await expect(log.append(aStep)).rejects.toThrow(/after the log was closed/);
  });

  it('refuses what the schema cannot hold and goes on', async () => {
    const log = await EventLog.open(directory);
    const many = Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [`m${i}`, i]));
    await expect(log.append({ ...aStep, metrics: many })).rejects.toThrow(/1025 metrics/);
    const long = { ['x'.repeat(1 << 20)]: 1 };
    await expect(log.append({ ...aStep, metrics: long })).rejects.toThrow(/at most 1048576/);
    for (const workers of [0.5, -1, 2 ** 32, NaN]) {
      const event = fc.sample(start, 1).map((sample) => ({ ...sample, workers }))[0] ?? aStep;
      await expect(log.append(event)).rejects.toThrow(`workers is ${workers}`);
    }
    await log.append(aStep);
    await log.close();
    expect(await collect(eventsFile)).toEqual([aStep]);
    expect((await readFile(metricsFile, 'utf8')).split('\n').length).toBe(2);
  });

  it('stores half a surrogate pair as the replacement character', async () => {
    const name = 'a\uD800b';
    await writeRun(directory, [{ ...aStep, metrics: { [name]: 1 } }]);
    expect(await collect(eventsFile)).toEqual([{ ...aStep, metrics: { 'a\uFFFDb': 1 } }]);
  });
});

/** The disk of this machine, but full from time to time: a write then leaves half of what it was given. */
function fillableDisk(isFull: (file: string) => boolean): Disk {
  const full = (): never => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  return {
    ...nodeDisk,
    create: async (file) => {
      const real = await nodeDisk.create(file);
      return {
        ...real,
        write: async (bytes) => {
          if (!isFull(file)) return real.write(bytes);
          await real.write(bytes.subarray(0, bytes.length >> 1));
          full();
        },
      };
    },
  };
}

describe('a log on a disk that is full for a while', () => {
  let directory: string;
  let eventsFile: string;
  let isFull: boolean;
  const numbered = (step: number): StepEvent => ({ ...aStep, step, elapsedMs: step });
  const warned = (step: number): WarningEvent => ({
    event: 'warning',
    step,
    message: 'é',
    elapsedMs: step,
  });
  const linesIn = async (): Promise<unknown[]> => {
    const text = await readFile(path.join(directory, 'metrics.jsonl'), 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { step: number }).step);
  };

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'event-log-'));
    eventsFile = path.join(directory, 'events.binpb');
    isFull = false;
  });
  afterEach(() => rm(directory, { recursive: true }));

  it.each(['events.binpb', 'metrics.jsonl'])(
    'loses nothing, whichever file was torn (%s)',
    async (name) => {
      const disk = fillableDisk((file) => isFull && file.endsWith(name));
      const log = await EventLog.open(directory, disk);
      const outages: string[] = [];
      log.onOutage = ({ message }) => {
        outages.push(message);
        void log.append(warned(3));
      };
      await log.append(numbered(1));
      await log.sync();
      isFull = true;
      await log.append(numbered(2));
      await expect(log.sync()).rejects.toThrow(
        /cannot write the event log: ENOSPC.*the disk is full/,
      );
      await expect(log.flush()).rejects.toThrow(EventLogError);
      await log.append(warned(4)); // is kept
      expect(outages).toHaveLength(1);
      const { lengths } = log;
      isFull = false;
      await log.sync();
      expect((await stat(eventsFile)).size).toBe(lengths.events);
      await log.append(numbered(5));
      await log.close();
      const expected = [numbered(1), numbered(2), warned(3), warned(4), numbered(5)];
      expect(await collect(eventsFile)).toEqual(expected);
      expect(await linesIn()).toEqual([1, 2, 3, 4, 5]);
      expect(outages).toHaveLength(1);
    },
  );

  it('tells of each outage', async () => {
    const log = await EventLog.open(
      directory,
      fillableDisk(() => isFull),
    );
    let outages = 0;
    log.onOutage = () => {
      outages++;
    };
    for (const step of [1, 2]) {
      isFull = true;
      await log.append(numbered(step));
      await expect(log.flush()).rejects.toThrow(/ENOSPC/);
      isFull = false;
      await log.flush();
    }
    await log.close();
    expect(outages).toBe(2);
    expect(await collect(eventsFile)).toEqual([numbered(1), numbered(2)]);
  });

  it('tries again on its own', async () => {
    const log = await EventLog.open(
      directory,
      fillableDisk(() => isFull),
    );
    isFull = true;
    await log.append(warned(1));
    isFull = false;
    await vi.waitFor(async () => expect(await collect(eventsFile)).toEqual([warned(1)]), {
      timeout: 120_000,
      interval: 50,
    });
    await log.close();
  });

  it('says at its end what it could not write, and leaves whole events', async () => {
    const log = await EventLog.open(
      directory,
      fillableDisk(() => isFull),
    );
    await log.append(warned(1));
    isFull = true;
    await log.append(numbered(2));
    await log.append(warned(3));
    const closed = log.close();
    expect(log.close()).toBe(closed);
    await expect(closed).rejects.toThrow(/ENOSPC.*the last 2 events of the run are not in it/);
    expect(await collect(eventsFile)).toEqual([warned(1)]);
    expect(await linesIn()).toEqual([1]);
  });

  it('leaves out steps where more would wait than memory is for, and says so in their place', async () => {
    const log = await EventLog.open(
      directory,
      fillableDisk(() => isFull),
    );
    isFull = true;
    // Some 200 KB each, in both files together, of the 16 MiB that may wait.
    const heavy = (step: number) => ({ ...numbered(step), metrics: { ['x'.repeat(100_000)]: 1 } });
    for (let step = 1; step <= 100; step++) await log.append(heavy(step));
    const { lengths } = log; // as a checkpoint after step 100 asks for
    await log.append(warned(101));
    await log.append(heavy(102));
    isFull = false;
    await log.flush();
    await log.append(numbered(103));
    await log.close();
    const steps = (await collect(eventsFile)).map(({ event, ...rest }) =>
      'step' in rest ? [event, rest.step] : [],
    );
    const kept = steps.findIndex(([event]) => event === 'warning');
    expect(kept).toBeGreaterThan(80);
    expect(kept).toBeLessThan(90);
    expect(steps.slice(0, kept)).toEqual(Array.from({ length: kept }, (_, i) => ['step', i + 1]));
    expect(steps.slice(kept)).toEqual([
      ['warning', 100],
      ['warning', 101],
      ['warning', 102],
      ['step', 103],
    ]);
    const whole = (await readFile(eventsFile)).subarray(0, lengths.events);
    const until = await collect(new Uint8Array(whole));
    expect(until).toHaveLength(kept + 1);
    expect(until.at(-1)).toMatchObject({
      message: expect.stringMatching(`^${100 - kept} events of steps are left out`) as string,
      elapsedMs: 100,
    });
  });

  it('holds no more for a slow disk that nobody waits for, and goes on', async () => {
    let goOn = (): void => undefined;
    const isFast = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const disk: Disk = {
      ...nodeDisk,
      create: async (file) => {
        const real = await nodeDisk.create(file);
        return { ...real, write: (bytes) => isFast.then(() => real.write(bytes)) };
      },
    };
    const log = await EventLog.open(directory, disk);
    const wide = (step: number) => ({ ...numbered(step), metrics: { ['x'.repeat(100_000)]: 1 } });
    const appends = Array.from({ length: 100 }, (_, i) => log.append(wide(i + 1)));
    goOn();
    await Promise.all(appends);
    await log.append(numbered(101));
    await log.close();
    const [first, ...rest] = (await collect(eventsFile)).reverse();
    expect(first).toEqual(numbered(101));
    expect(rest[0]).toMatchObject({ event: 'warning', step: 100 });
    expect(rest.slice(1).reverse()).toEqual(
      Array.from({ length: rest.length - 1 }, (_, i) => wide(i + 1)),
    );
    expect(rest.length).toBeGreaterThan(80);
    expect(rest.length).toBeLessThan(90);
  });
});

/**
 * The disk of this machine, but a sync that fails drops what was written since the last one, as Linux may: the file
 * keeps its length, and the next sync succeeds.
 */
function forgetfulDisk(fails: (file: string) => boolean): Disk {
  const synced = new Map<string, number>();
  const forget = async (file: string): Promise<void> => {
    const from = synced.get(file) ?? 0;
    const handle = await open(file, 'r+');
    const { size } = await handle.stat();
    await handle.write(new Uint8Array(size - from), 0, size - from, from);
    await handle.close();
  };
  const over = (file: string, real: DiskFile): DiskFile => ({
    ...real,
    sync: async () => {
      if (fails(path.basename(file))) {
        await forget(file);
        throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
      }
      await real.sync();
      synced.set(file, (await stat(file)).size);
    },
  });
  return {
    ...nodeDisk,
    create: async (file) => over(file, await nodeDisk.create(file)),
    append: async (file) => {
      synced.set(file, (await stat(file)).size);
      return over(file, await nodeDisk.append(file));
    },
    truncate: async (file, length) => {
      await nodeDisk.truncate(file, length);
      synced.set(file, Math.min(synced.get(file) ?? 0, length));
    },
  };
}

describe('a log whose disk fails to sync', () => {
  let directory: string;
  let eventsFile: string;
  /** The files of which it fails. */
  let failing: string[];
  /** Syncs that were asked for. */
  let syncs: number;
  const numbered = (step: number): StepEvent => ({ ...aStep, step, elapsedMs: step });
  const disk = (): Disk =>
    forgetfulDisk((name) => {
      syncs++;
      return failing.includes(name);
    });
  const expectWhole = async (expected: readonly TrainEvent[]): Promise<void> => {
    expect(await collect(eventsFile)).toEqual(expected);
    const lines = await readFile(path.join(directory, 'metrics.jsonl'), 'utf8');
    expect(lines.endsWith('\n')).toBe(true);
    const steps = lines.trimEnd().split('\n');
    expect(steps.map((line) => (JSON.parse(line) as StepEvent).step)).toEqual(
      expected.map((event) => ('step' in event ? event.step : null)),
    );
  };

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'event-log-'));
    eventsFile = path.join(directory, 'events.binpb');
    failing = [];
    syncs = 0;
  });
  afterEach(() => rm(directory, { recursive: true }));

  it.each(['events.binpb', 'metrics.jsonl'])(
    'writes once more what was written since the last sync that succeeded (%s)',
    async (name) => {
      const log = await EventLog.open(directory, disk());
      const outages: string[] = [];
      log.onOutage = ({ message }) => outages.push(message);
      await log.append(numbered(1));
      await log.sync();
      await log.append(numbered(2));
      await log.flush();
      await log.append(numbered(3));
      failing = [name];
      await expect(log.sync()).rejects.toThrow(/cannot sync the event log: EIO/);
      const { lengths } = log;
      // The outage lasts until a sync succeeds, though each write does.
      await expect(log.flush()).rejects.toThrow(EventLogError);
      await log.append(numbered(4));
      await expect(log.flush()).rejects.toThrow(EventLogError);
      expect(outages).toHaveLength(1);
      failing = [];
      await log.sync();
      const whole = await readFile(eventsFile);
      expect(await collect(new Uint8Array(whole.subarray(0, lengths.events)))).toHaveLength(3);
      await expectWhole([1, 2, 3, 4].map(numbered));
      await log.append(numbered(5));
      await log.close();
      await expectWhole([1, 2, 3, 4, 5].map(numbered));
    },
  );

  it('that goes on keeps what it was begun with, in place and as a copy', async () => {
    const first = await EventLog.open(directory, disk());
    await first.append(numbered(1));
    await first.append(numbered(2));
    await first.close();
    const { lengths } = first;
    const other = await mkdtemp(path.join(directory, 'copy-'));
    for (const place of [other, directory]) {
      const log = await EventLog.continue(place, { directory, lengths }, disk());
      await log.append(numbered(3));
      failing = ['events.binpb'];
      await expect(log.sync()).rejects.toThrow(/EIO/);
      failing = [];
      await log.close();
      expect(await collect(path.join(place, 'events.binpb'))).toEqual([1, 2, 3].map(numbered));
    }
  });

  it('does not begin with a copy that may not outlast a power cut', async () => {
    await writeRun(directory, [aStep]);
    const { size: events } = await stat(eventsFile);
    const { size: metrics } = await stat(path.join(directory, 'metrics.jsonl'));
    const other = await mkdtemp(path.join(directory, 'copy-'));
    failing = ['metrics.jsonl'];
    const before = { directory, lengths: { events, metrics } };
    await expect(EventLog.continue(other, before, disk())).rejects.toThrow(
      /cannot begin with the event log of the run before: EIO/,
    );
  });

  it('is tried once more at its end', async () => {
    let failures = 1;
    const log = await EventLog.open(
      directory,
      forgetfulDisk(() => failures-- > 0),
    );
    await log.append(numbered(1));
    await log.close();
    await expectWhole([numbered(1)]);
  });

  it('says at its end what it could not sync, and leaves it written', async () => {
    const fails = (): never => {
      throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
    };
    const log = await EventLog.open(directory, {
      ...nodeDisk,
      create: async (file) => ({ ...(await nodeDisk.create(file)), sync: fails }),
    });
    await log.append(numbered(1));
    await log.append(numbered(2));
    await expect(log.close()).rejects.toThrow(
      /cannot sync the event log: EIO.*whether the last 2 events of the run outlast a power cut is not known/,
    );
    await expectWhole([1, 2].map(numbered));
  });

  it('is synced when it has kept much that was written, and keeps no more than memory is for', async () => {
    const log = await EventLog.open(directory, disk());
    // Some 200 KB each, in both files together.
    const heavy = (step: number) => ({ ...numbered(step), metrics: { ['x'.repeat(100_000)]: 1 } });
    for (let step = 1; step <= 15; step++) await log.append(heavy(step));
    await log.flush();
    expect(syncs).toBe(0);
    for (let step = 16; step <= 30; step++) await log.append(heavy(step));
    await log.flush();
    // Of both files, after some 4 MiB.
    expect(syncs).toBe(2);
    failing = ['events.binpb'];
    for (let step = 31; step <= 150; step++) await log.append(heavy(step));
    await expect(log.flush()).rejects.toThrow(/EIO/);
    failing = [];
    await log.flush();
    await log.append(numbered(151));
    await log.close();
    const events = await collect(eventsFile);
    const warning = events.findIndex(({ event }) => event === 'warning');
    expect(events.slice(0, warning)).toEqual(
      Array.from({ length: warning }, (_, i) => heavy(i + 1)),
    );
    // The first that were kept are those after the sync that succeeded.
    expect(warning).toBeGreaterThan(100);
    expect(warning).toBeLessThan(110);
    const message = `${150 - warning} events of steps are left out`;
    expect(events[warning]).toMatchObject({ message: expect.stringContaining(message) as string });
    expect(events.slice(warning + 1)).toEqual([numbered(151)]);
  });
});

describe('a log that goes on', () => {
  const warning = (step: number): TrainEvent => ({
    event: 'warning',
    step,
    message: `é ${step}`,
    elapsedMs: step,
  });
  const stepsIn = async (directory: string): Promise<number[]> => {
    const steps: number[] = [];
    for await (const event of readEvents(path.join(directory, 'events.binpb'))) {
      if (event.event === 'warning') steps.push(event.step);
    }
    return steps;
  };
  let runDir: string;
  let other: string;
  beforeEach(async () => {
    runDir = await mkdtemp(path.join(tmpdir(), 'dltrain-log-'));
    other = await mkdtemp(path.join(tmpdir(), 'dltrain-log-'));
  });
  afterEach(async () => {
    await rm(runDir, { recursive: true });
    await rm(other, { recursive: true });
  });

  /** A log of steps 1 to 5, and its lengths after 3. */
  const begin = async () => {
    const log = await EventLog.open(runDir);
    for (const step of [1, 2, 3]) void log.append(warning(step));
    // What waits to be written counts.
    const { lengths } = log;
    for (const step of [4, 5]) await log.append(warning(step));
    await log.sync();
    for (const [name, bytes] of Object.entries({
      'events.binpb': log.lengths.events,
      'metrics.jsonl': log.lengths.metrics,
    })) {
      expect((await stat(path.join(runDir, name))).size).toBe(bytes);
    }
    await log.close();
    return lengths;
  };

  it('is cut to its first bytes and goes on there', async () => {
    const lengths = await begin();
    const log = await EventLog.continue(runDir, { directory: runDir, lengths });
    expect(log.lengths).toEqual(lengths);
    await log.append(warning(6));
    await log.close();
    expect(await stepsIn(runDir)).toEqual([1, 2, 3, 6]);
    const lines = await readFile(path.join(runDir, 'metrics.jsonl'), 'utf8');
    expect(lines.trimEnd().split('\n')).toHaveLength(4);
    expect(log.lengths.metrics).toBe(Buffer.byteLength(lines));
  });

  it('begins elsewhere with a copy, and leaves the first as it was', async () => {
    const lengths = await begin();
    const log = await EventLog.continue(other, { directory: runDir, lengths });
    await log.append(warning(6));
    await log.close();
    expect(await stepsIn(other)).toEqual([1, 2, 3, 6]);
    expect(await stepsIn(runDir)).toEqual([1, 2, 3, 4, 5]);
    await expect(EventLog.continue(other, { directory: runDir, lengths })).rejects.toThrow(
      /EEXIST/,
    );
  });

  it('is refused when it is shorter, and left as it was', async () => {
    const { events, metrics: bytes } = await begin();
    const lengths = { events: events * 10, metrics: bytes };
    for (const directory of [runDir, other]) {
      await expect(EventLog.continue(directory, { directory: runDir, lengths })).rejects.toThrow(
        /events\.binpb has \d+ of the \d+ bytes/,
      );
    }
    expect(await stepsIn(runDir)).toEqual([1, 2, 3, 4, 5]);
  });
});
