import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AbortedError, OptionsError } from './errors.js';
import { patienceOf, waitForModule } from './start-up.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const reference = { module: '/models/slow.js', export: 'make' };
const never = new Promise<never>(() => undefined);

describe('patienceOf', () => {
  it('is what a rank has for its start', () => {
    expect([10, 90_000, undefined].map((timeout) => patienceOf(timeout).limitMs)).toEqual([
      30_000, 90_000, 60_000,
    ]);
  });
});

describe('waitForModule', () => {
  it('gives what is made, and leaves no timer', async () => {
    const made = waitForModule(Promise.resolve(7), ['model'], reference, { limitMs: 1000 });
    expect(await made).toBe(7);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('names the option, the module and the remedy when nothing is made in time', async () => {
    const made = waitForModule(never, ['metrics', 1], reference, { limitMs: 30_000 });
    const failure = made.catch((error: unknown) => error);
    vi.advanceTimersByTime(30_000);
    const error = await failure;
    expect(error).toBeInstanceOf(OptionsError);
    expect(error).toMatchObject({
      path: ['metrics', 1, 'module'],
      message: expect.stringMatching(
        /^metrics\.1\.module: the export make of \/models\/slow\.js .* 30 s; .*workerTimeout/,
      ) as string,
    });
  });

  it('ends at the signal, also where that was there before', async () => {
    const controller = new AbortController();
    const patience = { limitMs: Infinity, signal: controller.signal };
    const failure = waitForModule(never, ['model'], reference, patience).catch(
      (error: unknown) => error,
    );
    controller.abort();
    expect(await failure).toBeInstanceOf(AbortedError);
    const late = waitForModule(never, ['model'], reference, patience);
    await expect(late).rejects.toThrow(AbortedError);
    expect(vi.getTimerCount()).toBe(0);
  });
});
