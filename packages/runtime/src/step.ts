import { engine, scope, splitOf, ValueError, type TreeRange } from '@dltrain/core';
import { computeLeaves, hasEmptyLeaf, type Gradients } from './compute-leaves.js';
import { commit } from './commit.js';
import { refuseStep } from './non-finite.js';
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
 * A step that is left before its commit can be done again: it has written nothing that is in force.
 *
 * @throws NonFiniteError before the commit, on every rank, when a reduced gradient is not finite and the
 *   run is to end by it
 */
export function trainStep(context: RankContext, plan: StepPlan): void {
  const { control, timeline } = context;
  timeline?.beginStep(plan.step + 1);
  const outcome = scope(() => {
    context.packPanels(plan.step + 1);
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
    const reached = { learningRate, gradNorm, nonFinite: -1, leaf: -1 };
    context.meet(() => {
      if (control.get('nonFinite') === 0) commit(context, plan, reached);
    });
    return reached;
  });
  // No rank can write the word again before all have come to the next step's barrier.
  if (control.get('nonFinite') !== 0) refuseStep(context, plan, outcome);
  context.panels.expire();
  timeline?.endStep();
}

/** The sums of gradients over a subtree: leaves computed together as far as that pays, then merged. */
function sumSubtree(context: RankContext, plan: StepPlan, range: TreeRange): Gradients {
  const leaves = range.high - range.low;
  if (
    leaves === 1 ||
    (leaves <= (context.leavesAtOnce ?? 1) && !hasEmptyLeaf(context, plan, range))
  ) {
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
