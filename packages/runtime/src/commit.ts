import type { RankContext } from './rank-context.js';
import type { StepPlan } from './step.js';

/** What a step's record says besides loss and metrics. */
export interface StepOutcome {
  readonly learningRate: number;
  /** Null when none was taken. */
  readonly gradNorm: number | null;
  /** Index of the parameter whose gradient was not finite, and the first leaf it was so in; -1 for none. */
  readonly nonFinite: number;
  readonly leaf: number;
}

/** Puts the new generation in force. Run by the last rank to arrive, while the others wait. */
export function commit(context: RankContext, plan: StepPlan, outcome: StepOutcome): void {
  const { control, columns, orders, rank } = context;
  context.timeline?.enter('commit');
  control.set('stop', control.get('stopRequest'));
  context.panels.decide();
  const [loss = NaN, ...metrics] = columns.means(orders.leaves);
  const record = {
    step: plan.step + 1,
    epoch: plan.epoch,
    loss,
    learningRate: outcome.learningRate,
    samples: plan.size,
    gradNorm: outcome.gradNorm ?? NaN,
    time: Date.now(),
    nonFinite: outcome.nonFinite,
    leaf: outcome.leaf,
    metrics,
  };
  context.stepLog.write(record, () => {
    control.beat(rank);
  });
  context.enter('commit', plan.step + 1);
  // The commit itself: it comes after all that may still end the step, and publishes the record.
  control.add('steps', 1);
}
