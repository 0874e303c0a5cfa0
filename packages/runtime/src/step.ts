import {
  detectAnomaly,
  engine,
  noGrad,
  onesLike,
  ownCopy,
  scope,
  sweep,
  ValueError,
  type Tensor,
} from '@dltrain/core';
import { leafBounds } from '@dltrain/data';
import { NonFiniteError } from './errors.js';
import type { RankContext } from './rank-context.js';
import { reduceAndUpdate } from './reduce-and-update.js';
import { gatherBatch } from './shared-dataset.js';
import { foldTree } from './tree.js';

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

/** The gradient of each parameter, in their order; null where a leaf does not depend on it. */
type Gradients = readonly (Tensor | null)[];

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
      const gradients = foldTree(
        subtree,
        (leaf) => computeLeaf(context, plan, leaf),
        (left, right) => mergeGradients(context, left, right),
      );
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

/** Forward, loss and backward of one leaf: a pure function of weights, leaf and step. */
function computeLeaf(context: RankContext, plan: StepPlan, leaf: number): Gradients {
  const { orders, columns, parameters } = context;
  const [begin, end] = leafBounds(plan.size, orders.leaves, leaf);
  if (begin === end) {
    columns.clear(leaf);
    return parameters.map(() => null);
  }
  context.enter('forward', plan.step + 1, leaf);
  const watched = orders.detectAnomaly ? detectAnomaly : <T>(work: () => T): T => work();
  return scope(() => {
    engine().random.reset(orders.seed, 'leaf', plan.step, leaf);
    const order = orders.layout.order + (plan.start + begin) * Int32Array.BYTES_PER_ELEMENT;
    const { inputs, targets } = gatherBatch(context.trainingData(), order, end - begin);
    const { output, sum, weight, adjoints } = watched(() => {
      const predicted = context.model.forward(inputs);
      const loss = context.loss.compute(predicted, targets);
      context.enter('backward');
      const found = sweep([loss.sum], [onesLike(loss.sum)]);
      return { output: predicted, ...loss, adjoints: found };
    });
    columns.set(leaf, [
      { sum: sum.item(), weight },
      ...noGrad(() => context.metrics.map((metric) => metric.compute(output, targets))),
    ]);
    const taken = new Set<unknown>();
    return parameters.map((parameter) => {
      const gradient = adjoints.get(parameter);
      // Merging writes in place, so none may share its memory with another.
      return gradient === undefined ? null : ownCopy(gradient, taken);
    });
  });
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
