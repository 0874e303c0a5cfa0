import type { TrainOptions, TrainResult } from './options.js';
import type { Emit } from './run-events.js';
import { encodeWeights } from './weights.js';

/** Ends a run that was stopped while its model was built: there are no weights, and nothing is written. */
export function stoppedUnbuilt(
  { runDir }: TrainOptions,
  startedAt: number,
  emit: Emit,
): TrainResult {
  const weights = new Map<string, never>();
  const summary = {
    reason: 'stopped' as const,
    steps: 0,
    epochs: 0,
    elapsedMs: Date.now() - startedAt,
    samplesPerSecond: 0,
    weightsSha256: encodeWeights(weights).sha256,
    metrics: {},
  };
  emit({ event: 'end', ...summary });
  return { ...summary, weights, runDir: runDir ?? null, timelines: [], sharedBytes: 0 };
}
