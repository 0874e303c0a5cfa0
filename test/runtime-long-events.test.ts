import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EventLogError, OptionsError, train, type RecoveryEvent } from '@dltrain/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from './support/failure-of.js';
import { smallModels, tinyRun } from './support/tiny-data.js';

let runDir: string;
beforeEach(async () => {
  runDir = await mkdtemp(path.join(tmpdir(), 'dltrain-long-events-'));
});
afterEach(() => rm(runDir, { recursive: true }));

const longNamed = { module: smallModels, export: 'LongNamed' };

describe('what a log cannot store ends a run before it trains', () => {
  it('when it is the start of the run', async () => {
    const { error, events } = await failureOf(tinyRun({ runDir, name: 'x'.repeat(2 ** 20) }));
    expect(error).toBeInstanceOf(EventLogError);
    expect(String(error)).toMatch(/a start event of \d+ bytes; at most 1048576 are allowed/);
    expect(events).toEqual([]);
    expect(await readdir(runDir)).toEqual([]);
  });

  it('when it is the SHA-256 of too many parameters', async () => {
    const options = tinyRun({ model: longNamed, hashWeights: true });
    const { error, events } = await failureOf({ ...options, runDir });
    expect(error).toBeInstanceOf(OptionsError);
    expect(String(error)).toMatch(/a weights event of \d+ bytes.*leave hashWeights out/);
    expect(events).toEqual([]);
    expect(await readdir(runDir)).toEqual([]);
    // Nothing is stored where there is no log.
    expect((await train(options).result).reason).toBe('completed');
  });

  it('when it is what too many layers look like', async () => {
    const statisticsEvery = { batches: 3 };
    const { error, events } = await failureOf(
      tinyRun({ runDir, model: longNamed, statisticsEvery }),
    );
    expect(error).toBeInstanceOf(OptionsError);
    expect(String(error)).toMatch(/a statistics event of \d+ bytes.*leave statisticsEvery out/);
    expect(events.map(({ event }) => event)).toEqual(['start', 'end']);
  });
});

it('what a rank says at length when it is lost is cut off, and the run goes on', async () => {
  const model = {
    ...{ module: smallModels, export: 'LongWinded' },
    args: [path.join(runDir, 'thrown')],
  };
  const run = train(tinyRun({ runDir, model, parallel: { workers: 1 } }));
  const recoveries: RecoveryEvent[] = [];
  for await (const event of run) if (event.event === 'recovery') recoveries.push(event);
  expect((await run.result).reason).toBe('completed');
  expect(recoveries).toHaveLength(1);
  expect(recoveries[0]?.reason).toMatch(/^failed with TypeError: x+… .* in forward of step 1/);
  expect(recoveries[0]?.reason.length).toBeLessThan(20_000);
});
