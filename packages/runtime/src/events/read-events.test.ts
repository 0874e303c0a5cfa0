import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainEvent } from '../options.js';
import { EventLogError, TruncatedEventLogError } from './errors.js';
import { toMessage, type EventMessage } from './event-message.js';
import { readEvents } from './read-events.js';
import { maxRecordBytes, splitRecords } from './records.js';
import { loadMessageType, type MessageType } from './schema.js';

const events: readonly TrainEvent[] = [
  {
    event: 'start',
    name: 'net',
    seed: 42,
    workers: 2,
    leaves: 8,
    variant: 'exact-128',
    parameters: 1_000_000,
    model: [
      { name: '0', kind: 'linear', outputShape: [512, 300], parameters: 1_000_000 },
      { name: '1', kind: 'scalar', outputShape: [], parameters: 0 },
      { name: '2', kind: 'unknown', outputShape: null, parameters: 0 },
    ],
    samples: { train: 60_000, val: 6000, test: 10_000 },
    stepsPerEpoch: 469,
    maxSteps: 2345,
  },
  {
    event: 'step',
    step: 1,
    epoch: 1,
    loss: 2.302,
    learningRate: 0.05,
    samples: 128,
    elapsedMs: 3.5,
    gradNorm: 1.25,
    metrics: { accuracy: 0.125, long_name_of_a_metric_that_someone_chose: -0 },
  },
  {
    event: 'validation',
    split: 'val',
    step: 1,
    epoch: 1,
    samples: 6000,
    elapsedMs: 5,
    metrics: { loss: 2.3, accuracy: 0.1 },
  },
  {
    event: 'resume',
    step: 1,
    epoch: 1,
    checkpoint: 'checkpoints/step-000001',
    workers: 2,
    elapsedMs: 5.5,
  },
  {
    event: 'checkpoint',
    step: 1,
    epoch: 1,
    path: 'checkpoints/step-000001',
    bytes: 4_000_000,
    writeMs: 12,
    best: false,
    elapsedMs: 6,
  },
  {
    event: 'recovery',
    step: 1,
    rank: 1,
    reason: 'RuntimeError: unreachable',
    restarts: 1,
    recoveryMs: 0.5,
    elapsedMs: 7,
  },
  { event: 'nonfinite', step: 2, parameter: '0.weight', leaf: 3, elapsedMs: 8 },
  { event: 'nonfinite', step: 3, parameter: '0.bias', leaf: null, elapsedMs: 8 },
  {
    event: 'weights',
    step: 3,
    sha256: '7c'.repeat(32),
    parameters: { '0.weight': 'a1'.repeat(32), '0.bias': 'b2'.repeat(32) },
  },
  { event: 'warning', step: 3, message: 'no space left on device', elapsedMs: 8.5 },
  {
    event: 'end',
    reason: 'early_stopping',
    steps: 1,
    epochs: 1,
    elapsedMs: 9,
    samplesPerSecond: 30_000,
    weightsSha256: 'e3'.repeat(32),
    metrics: { test_accuracy: 0.1 },
  },
];

/** What a log gives: its events, and the error it ends with. */
async function outcomeOf(
  source: string | Uint8Array,
): Promise<{ events: TrainEvent[]; error: unknown }> {
  const read: TrainEvent[] = [];
  try {
    for await (const event of readEvents(source)) read.push(event);
  } catch (error) {
    return { events: read, error };
  }
  return { events: read, error: null };
}

/** A field of a type that needs a length, by hand. */
function field(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([number * 8 + 2, content.length]), content]);
}

function delimited(content: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([content.length]), content]);
}

describe('readEvents', () => {
  let type: MessageType<EventMessage>;
  let log: Buffer;
  /** Where each record begins, and where the last ends. */
  let borders: number[];

  beforeAll(async () => {
    type = await loadMessageType('events.proto', 'dltrain.v1.Event');
    const records = events.map((event) => type.encodeDelimited(toMessage(event)));
    log = Buffer.concat(records);
    borders = [0];
    for (const record of records) borders.push((borders.at(-1) ?? 0) + record.length);
  });

  it('reads a log from bytes', async () => {
    expect(await outcomeOf(log)).toEqual({ events, error: null });
    expect(await outcomeOf(new Uint8Array(log))).toEqual({ events, error: null });
    expect(await outcomeOf(new Uint8Array(0))).toEqual({ events: [], error: null });
  });

  it('reads what another implementation of protobuf writes', async () => {
    // Written by Google's protobuf for Python from the same schema.
    const start =
      '2c08011202c3a9190000000000004540421b0a013012066c696e6561721a050a030aac02210000000000001440';
    const step =
      '54090000000000c0724011000000000000004019000000000000f87f219a9999999999b93f29000000000000' +
      '60403100000000000000803900000000000000007a130a08616363757261637911000000000000e03f';
    const { events: read, error } = await outcomeOf(
      Buffer.concat([`0a${start}`, `12${step}`].map((hex) => delimited(Buffer.from(hex, 'hex')))),
    );
    expect(error).toBe(null);
    expect(read).toEqual([
      {
        event: 'start',
        name: 'é',
        seed: 42,
        workers: 0,
        leaves: 0,
        variant: '',
        parameters: 0,
        model: [{ name: '0', kind: 'linear', outputShape: [10, 300], parameters: 5 }],
        samples: { train: 0, val: 0, test: 0 },
        stepsPerEpoch: 0,
        maxSteps: 0,
      },
      {
        event: 'step',
        step: 300,
        epoch: 2,
        loss: NaN,
        learningRate: 0.1,
        samples: 128,
        elapsedMs: -0,
        gradNorm: 0,
        metrics: { accuracy: 0.5 },
      },
    ]);
  });

  it('names a file that is not there', async () => {
    const { error } = await outcomeOf('/nowhere/events.binpb');
    expect(error).toBeInstanceOf(EventLogError);
    expect(String(error)).toMatch(/nowhere\/events\.binpb there is no such file/);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'dltrain-events-'));
    const pipe = path.join(folder, 'events.binpb');
    execFileSync('mkfifo', [pipe]);
    const { error } = await outcomeOf(pipe);
    expect(error).toBeInstanceOf(EventLogError);
    expect(String(error)).toMatch(/events\.binpb is no regular file/);
    await rm(folder, { recursive: true });
  });

  it('delivers the whole records of a log cut at any byte and says where the rest began', async () => {
    for (let length = 0; length <= log.length; length++) {
      const { events: read, error } = await outcomeOf(log.subarray(0, length));
      const whole = borders.filter((border) => border <= length).length - 1;
      expect(read).toEqual(events.slice(0, whole));
      if (borders.includes(length)) {
        expect(error).toBe(null);
      } else {
        expect(error).toBeInstanceOf(TruncatedEventLogError);
        expect(error).toMatchObject({ offset: borders[whole] });
      }
    }
  });

  it('finds the same records however the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(log.length), { maxLength: 40 }), async (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), log.length];
        const chunks = edges.slice(1).map((edge, i) => log.subarray(edges[i], edge));
        const found: { offset: number; bytes: Buffer }[] = [];
        for await (const { offset, bytes } of splitRecords(chunks, 'the log')) {
          found.push({ offset, bytes: Buffer.from(bytes) });
        }
        expect(found.map((record) => record.offset)).toEqual(borders.slice(0, -1));
        const read = await Promise.all(found.map(({ bytes }) => outcomeOf(delimitedAny(bytes))));
        expect(read.flatMap((outcome) => outcome.events)).toEqual(events);
      }),
      { numRuns: 50 },
    );
  });

  /** As `delimited`, for records of up to 16 KiB. */
  function delimitedAny(content: Uint8Array): Uint8Array {
    const length = [(content.length & 0x7f) | 0x80, content.length >>> 7];
    return Buffer.concat([Buffer.from(length), content]);
  }

  it('ends with a typed error or none, whatever was done to the bytes', async () => {
    const change = fc.record({
      at: fc.nat(log.length - 1),
      remove: fc.nat(12),
      insert: fc.uint8Array({ maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        let bytes = log;
        for (const { at, remove, insert } of changes) {
          bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
        }
        const { error } = await outcomeOf(bytes);
        expect(error === null || error instanceof EventLogError).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('ends with a typed error or none on bytes that never were a log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const { error } = await outcomeOf(bytes);
        expect(error === null || error instanceof EventLogError).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses a length that no record has before it reads on', async () => {
    const endless = (async function* () {
      yield await Promise.resolve(Buffer.from([0x81, 0x80, 0x40])); // 1 MiB and one byte
      throw new Error('read on');
    })();
    await expect(splitRecords(endless, 'the log').next()).rejects.toThrow(
      `a record of ${maxRecordBytes + 1} bytes`,
    );
    const five = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]);
    expect(String((await outcomeOf(five)).error)).toMatch('a record of 4294967295 bytes');
    const unending = Buffer.alloc(5, 0x80);
    expect(String((await outcomeOf(unending)).error)).toMatch(/does not end after 5 bytes/);
  });

  it('accepts a record of exactly the greatest length', async () => {
    const step = field(2, new Uint8Array(0));
    const padding = Buffer.alloc(maxRecordBytes - step.length - 4);
    // Field 15, of a kind to come, holds the padding; its length takes three bytes.
    const size = padding.length;
    const header = [15 * 8 + 2, (size & 0x7f) | 0x80, ((size >>> 7) & 0x7f) | 0x80, size >>> 14];
    const record = Buffer.concat([Buffer.from(header), padding, step]);
    expect(record.length).toBe(maxRecordBytes);
    const { events: read, error } = await outcomeOf(
      Buffer.concat([Buffer.from([0x80, 0x80, 0x40]), record]),
    );
    expect(error).toBe(null);
    expect(read.map((event) => event.event)).toEqual(['step']);
  });

  it('passes over fields and kinds of event that it does not know', async () => {
    const newKind = delimited(field(15, Buffer.from('hello')));
    const start = type.encode(toMessage({ ...events[0], model: [] } as TrainEvent));
    const withNewField = delimited(Buffer.concat([start, field(14, Buffer.from('more'))]));
    const read = await outcomeOf(Buffer.concat([newKind, withNewField]));
    expect(read).toEqual({ events: [{ ...events[0], model: [] }], error: null });
  });

  it('stops at an empty record, such as zeros where data never reached the disk', async () => {
    const read = await outcomeOf(Buffer.concat([log, Buffer.alloc(4096)]));
    expect(read.events).toEqual(events);
    expect(read.error).toBeInstanceOf(EventLogError);
    expect(read.error).toMatchObject({ offset: log.length });
  });

  it('names the place of a record that is damaged', async () => {
    const bytes = Buffer.from(log);
    bytes[(borders[1] ?? 0) + 2] = 0xff; // the length of the step inside its record
    const read = await outcomeOf(bytes);
    expect(read.events).toEqual(events.slice(0, 1));
    expect(read.error).toMatchObject({ offset: borders[1] });
    expect(String(read.error)).toMatch(`byte ${String(borders[1])}: damaged`);
  });

  it.each<[string, EventMessage, RegExp]>([
    ['a newer format', startOf({ format_version: 2 }), /version 2 is newer .* a newer dltrain/],
    ['no format', startOf({ format_version: 0 }), /format version 0 does not exist/],
    [
      'a split to come',
      { validation: { ...emptyValidation(), split: 3 } },
      /split 3 is not known; .* a newer dltrain/,
    ],
    ['no split', { validation: emptyValidation() }, /split 0 is not known/],
    [
      'too many metrics',
      {
        validation: {
          ...emptyValidation(),
          split: 1,
          metrics: Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [`m${i}`, i])),
        },
      },
      /1025 metrics in one event/,
    ],
  ])('refuses %s', async (_what, message, pattern) => {
    const { error } = await outcomeOf(type.encodeDelimited(message));
    expect(error).toBeInstanceOf(EventLogError);
    expect(error).toMatchObject({ offset: 0 });
    expect(String(error)).toMatch(pattern);
  });

  it('takes __proto__ for a name like any other', async () => {
    const metrics = Object.fromEntries([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    const event: TrainEvent = { ...emptyStep(), metrics };
    const read = await outcomeOf(type.encodeDelimited(toMessage(event)));
    const first = read.events[0];
    expect(first?.event === 'step' && Object.entries(first.metrics)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(({} as Record<string, unknown>)['1']).toBe(undefined);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

function emptyStep() {
  return {
    event: 'step',
    step: 0,
    epoch: 0,
    loss: 0,
    learningRate: 0,
    samples: 0,
    elapsedMs: 0,
    gradNorm: null,
  } as const;
}

function emptyValidation() {
  return { split: 0, step: 0, epoch: 0, samples: 0, elapsed_ms: 0, metrics: {} };
}

function startOf(fields: { format_version: number }): EventMessage {
  const none = { name: '', seed: 0, workers: 0, leaves: 0, variant: '', parameters: 0 };
  return {
    start: { ...none, ...fields, model: [], samples: null, steps_per_epoch: 0, max_steps: 0 },
  };
}
