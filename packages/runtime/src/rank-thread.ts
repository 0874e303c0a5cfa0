import { DltrainError, engine } from '@dltrain/core';
import { OutOfMemoryError } from '@dltrain/kernels';
import { expose } from 'comlink';
import { nodeEndpoint } from './node-endpoint.js';
import { AbortedError, NonFiniteError, OptionsError } from './errors.js';
import { evaluate } from './evaluate.js';
import { RankContext } from './rank-context.js';
import type { Failure, Outcome, RankApi, RankTask } from './rank-protocol.js';
import { takeSnapshot } from './checkpoint/snapshot.js';
import { takeStatistics } from './statistics.js';
import { trainStep } from './step.js';

/**
 * The task that a rank's thread runs from the start of a run to its end. It answers calls of the
 * main thread; between two answers no message is sent.
 */
export default async function runRank({ rank, orders, port }: RankTask): Promise<void> {
  let context: RankContext | null = null;
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });

  /** Runs one call and turns whatever it throws into an answer. */
  const answer = async <T>(work: (context: RankContext) => T | Promise<T>): Promise<Outcome<T>> => {
    try {
      context ??= await RankContext.create(rank, orders);
      const value = await work(context);
      context.enter('idle');
      return { ok: true, value };
    } catch (error) {
      context?.abandon();
      return { ok: false, failure: describeFailure(error) };
    }
  };

  const api: RankApi = {
    setUp: () => answer(() => null),
    train: (segment) =>
      answer((ready) => {
        for (let i = 0; i < segment.count; i++) {
          const start = (segment.stepOfEpoch + i) * orders.batchSize;
          const size = Math.min(orders.batchSize, orders.epochSamples - start);
          trainStep(ready, { step: segment.step + i, epoch: segment.epoch, start, size });
          if (ready.control.get('stop') !== 0) return i + 1;
        }
        return segment.count;
      }),
    evaluate: (split) => answer((ready) => evaluate(ready, split)),
    timeline: () => answer(({ timeline }) => timeline?.read(rank, engine().heap.peak) ?? null),
    snapshot: () =>
      answer((ready) => {
        takeSnapshot(ready);
        return null;
      }),
    statistics: (plan) => answer((ready) => takeStatistics(ready, plan)),
    finish: () => {
      // The answer leaves before the task returns.
      setImmediate(finish);
      return Promise.resolve({ ok: true, value: null });
    },
  };
  expose(api, nodeEndpoint(port));
  await finished;
  port.close();
}

function describeFailure(error: unknown): Failure {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  if (error instanceof AbortedError) return { kind: 'aborted' };
  if (error instanceof NonFiniteError) {
    const { step, parameter, layer, leaf } = error;
    return { kind: 'non-finite', step, parameter, layer, leaf };
  }
  if (error instanceof OptionsError) {
    return { kind: 'options', message: error.message, path: error.path };
  }
  const isMistake = error instanceof DltrainError || error instanceof OutOfMemoryError;
  return { kind: isMistake ? 'mistake' : 'error', message, stack };
}
