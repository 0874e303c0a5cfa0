import { engine, scope, splitOf, ValueError, type TreeRange } from '@dltrain/core';
import { computeLeaves, hasEmptyLeaf, type Gradients } from './compute-leaves.js';
import { NonFiniteError } from './errors.js';
import type { RankContext } from './rank-context.js';
import { reduceAndUpdate } from './reduce-and-update.js';

/** One step of the plan: which samples, under which number. */
export interface StepPlan {
  /** Counts from 0 over the whole run. */
  readonly step: number;
  /** Counts from 1. */
  readonly epoch: number;
  /** Position in the epoch's order at which the batch begins, and its samples. */
  readonly start: number;
  readonly size: number;
}

/**
 * One training step, as every rank runs it, for any number of ranks.
 *
 * The batch is cut into leaves that do not depend on the number of ranks. Each rank computes its
 * leaves and sums their gradients as far as the tree over all leaves allows; then all ranks meet,
 * and each reduces and updates its slice of the parameters into the generation not in force; then
 * they meet again, and the last to arrive commits: one store puts the new generation in force.
 *
 * @throws NonFiniteError before the commit, on every rank, when a reduced gradient is not finite
 */
export function trainStep(context: RankContext, plan: StepPlan): void {
  const { control, timeline } = context;
  timeline?.beginStep(plan.step + 1);
  scope(() => {
    context.packPanels();
    context.subtrees.forEach((subtree, i) => {
      const gradients = sumSubtree(context, plan, subtree);
      gradients.forEach((gradient, parameter) => {
        const address = gradient?.address() ?? 0;
        context.allReduce.publish(context.firstSubtree + i, parameter, address);
      });
    });
    context.meet();
    const { weight } = context.columns.total(0, context.orders.leaves);
    checkWeight(weight, plan.step + 1);
    const learningRate = context.learningRate(plan.step);
    const gradNorm = reduceAndUpdate(context, { weight, learningRate });
    context.meet(() => {
      if (control.get('nonFinite') === 0) commit(context, plan, learningRate, gradNorm);
    });
  });
  context.panels.expire();
  timeline?.endStep();
  const nonFinite = control.get('nonFinite');
  if (nonFinite !== 0) {
    const name = context.orders.parameters[nonFinite - 1]?.name ?? 'a parameter';
    throw new NonFiniteError(plan.step + 1, name);
  }
}

/** The sums of gradients over a subtree: leaves computed together as far as that pays, then merged. */
function sumSubtree(context: RankContext, plan: StepPlan, range: TreeRange): Gradients {
  const leaves = range.high - range.low;
  if (leaves === 1 || (leaves <= context.leavesAtOnce && !hasEmptyLeaf(context, plan, range))) {
    return computeLeaves(context, plan, range);
  }
  const middle = splitOf(range);
  const left = sumSubtree(context, plan, { low: range.low, high: middle });
  const right = sumSubtree(context, plan, { low: middle, high: range.high });
  return mergeGradients(context, left, right);
}

/** The update divides by the weight, on every rank alike. */
function checkWeight(weight: number, step: number): void {
  if (weight > 0 && Number.isFinite(1 / weight)) return;
  throw new ValueError(
    `step ${step}: the weight of the loss over the batch is ${weight}, so there is no mean to train on; ` +
      'a loss must count at least one sample of every batch',
  );
}

/** Adds the right operand to the left, in place, and gives the right one's memory back. */
function mergeGradients(context: RankContext, left: Gradients, right: Gradients): Gradients {
  context.enter('merging');
  return left.map((into, i) => {
    const from = right[i] ?? null;
    if (into === null || from === null) return into ?? from;
    const address = into.address();
    engine().kernel('add', into.dtype)(address, address, from.address(), into.size, 0);
    from.storage.release?.('after it was merged');
    return into;
  });
}

/** Puts the new generation in force. Run by one rank while the others wait. */
function commit(
  context: RankContext,
  plan: StepPlan,
  learningRate: number,
  gradNorm: number | null,
): void {
  const { control, columns, orders } = context;
  context.timeline?.enter('commit');
  control.set('stop', control.get('stopRequest'));
  context.panels.decide();
  const [loss = NaN, ...metrics] = columns.means(orders.leaves);
  context.stepLog.write({
    step: plan.step + 1,
    epoch: plan.epoch,
    loss,
    learningRate,
    samples: plan.size,
    gradNorm: gradNorm ?? NaN,
    time: Date.now(),
    metrics,
  });
  // The commit itself: it comes after all that may still end the run.
  control.add('steps', 1);
}
