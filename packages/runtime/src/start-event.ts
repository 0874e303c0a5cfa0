import type { StartEvent } from './options.js';
import type { PreparedRun } from './prepare.js';
import type { Split } from './rank-context.js';

/** What a run is, before its first step. */
export function startEvent(
  name: string,
  { orders, plan, modelLines, parameters }: PreparedRun,
): StartEvent {
  const samples = (split: Split) => orders.splits[split]?.length ?? 0;
  return {
    event: 'start',
    name,
    seed: orders.seed,
    workers: orders.workers,
    leaves: orders.leaves,
    variant: orders.kernels.variant,
    parameters: parameters.slots.reduce((sum, { count }) => sum + count, 0),
    model: modelLines,
    samples: { train: samples('train'), val: samples('val'), test: samples('test') },
    stepsPerEpoch: plan.stepsPerEpoch,
    maxSteps: plan.totalSteps,
  };
}
