import {
  detectAnomaly,
  DltrainError,
  engine,
  mostParts,
  narrow,
  noGrad,
  onesLike,
  ownCopy,
  partSums,
  scope,
  sweep,
  withRowParts,
  type Tensor,
  type TreeRange,
} from '@dltrain/core';
import { leafBounds } from '@dltrain/data';
import { isRowwise, type Loss, type Metric, type Terms } from '@dltrain/nn';
import { outputOf } from './model-output.js';
import type { RankContext } from './rank-context.js';
import { gatherBatch } from './shared-dataset.js';
import type { StepPlan } from './step.js';

/** The gradient of each parameter, in their order; null where a leaf does not depend on it. */
export type Gradients = readonly (Tensor | null)[];

/** What the results of leaves that are computed together may take: they are to stay in the cache. */
const bytesAtOnce = 2 * 2 ** 20;

/** A leaf's rows among those computed together. */
interface Rows {
  readonly leaf: number;
  readonly begin: number;
  readonly end: number;
}

export function hasEmptyLeaf(context: RankContext, plan: StepPlan, range: TreeRange): boolean {
  return rowsOf(context, plan, range).some(({ begin, end }) => begin === end);
}

function rowsOf(context: RankContext, plan: StepPlan, { low, high }: TreeRange): Rows[] {
  return Array.from({ length: high - low }, (_, i) => {
    const [begin, end] = leafBounds(plan.size, context.orders.leaves, low + i);
    return { leaf: low + i, begin, end };
  });
}

/**
 * Forward, loss and backward of leaves that lie side by side, and the sum of their gradients in the order
 * of the tree: a pure function of weights, leaves and step, with the bits of one leaf after another. In the
 * error of a failure the first of the leaves stands for all.
 */
export function computeLeaves(context: RankContext, plan: StepPlan, range: TreeRange): Gradients {
  const { orders, columns, parameters } = context;
  const leaves = rowsOf(context, plan, range);
  const first = leaves[0]?.begin ?? 0;
  const last = leaves.at(-1)?.end ?? first;
  if (first === last) {
    columns.clear(range.low);
    return parameters.map(() => null);
  }
  context.enter('forward', plan.step + 1, range.low, leaves.length);
  const watched = orders.detectAnomaly ? detectAnomaly : <T>(work: () => T): T => work();
  return scope(() => {
    engine().random.reset(orders.seed, 'leaf', plan.step, range.low);
    const order = orders.layout.order + (plan.start + first) * Int32Array.BYTES_PER_ELEMENT;
    const { inputs, targets } = gatherBatch(context.trainingData(), order, last - first);
    const adjoints = watched(() => {
      const output = outputOf(context.model, inputs);
      context.leavesAtOnce ??= measure(context, output, last - first);
      return leaves.length === 1
        ? sweepLeaf(context, range.low, output, targets)
        : sweepLeaves(context, leaves, output, targets);
    });
    const taken = new Set<unknown>();
    return parameters.map((parameter) => {
      const gradient = adjoints.get(parameter);
      // Merging writes in place, so none may share its memory with another.
      return gradient === undefined ? null : ownCopy(gradient, taken);
    });
  });
}

/** Loss, metrics and backward sweep of one leaf, from the model's output for it. */
function sweepLeaf(
  context: RankContext,
  leaf: number,
  output: Tensor,
  targets: Tensor,
): Map<Tensor, Tensor> {
  const { sum, weight } = context.loss.compute(output, targets);
  context.enter('backward');
  const adjoints = sweep([sum], [onesLike(sum)]);
  context.columns.set(leaf, [
    { sum: sum.item(), weight },
    ...noGrad(() => context.metrics.map((metric) => metric.compute(output, targets))),
  ]);
  return adjoints;
}

/** The same of several leaves at once. A sum hands its gradient, 1, to each of its terms. */
function sweepLeaves(
  context: RankContext,
  leaves: readonly Rows[],
  output: Tensor,
  targets: Tensor,
): Map<Tensor, Tensor> {
  const { loss, metrics, columns } = context;
  const first = leaves[0]?.begin ?? 0;
  const parts = { ends: leaves.map(({ end }) => end - first) };
  const losses = termsOf(loss).of(output, targets);
  context.enter('backward');
  const adjoints = withRowParts(parts, () => sweep([losses], [onesLike(losses)]));
  noGrad(() => {
    const measures = [loss, ...metrics].map((measure, i) => {
      const terms = termsOf(measure);
      const values = i === 0 ? losses : terms.of(output, targets);
      const each = values.size / (values.shape[0] ?? 1);
      return { sums: partSums(values, parts), each, weight: terms.weight };
    });
    leaves.forEach(({ leaf, begin, end }, part) => {
      const rows = end - begin;
      const own = narrow(targets, 0, begin - first, rows);
      columns.set(
        leaf,
        measures.map(({ sums, each, weight }) => ({
          sum: sums[part] ?? NaN,
          weight: weight?.(own) ?? each * rows,
        })),
      );
    });
  });
  return adjoints;
}

/** What a measure is the sum of; leaves are computed together only where each is such a sum. */
function termsOf({ name, terms }: Loss | Metric): Terms {
  if (terms === undefined) throw new DltrainError(`${name} is not a sum of terms`);
  return terms;
}

/**
 * Decides how many leaves to compute together from now on, from the first that this rank computes and the
 * samples in it.
 */
function measure(context: RankContext, output: Tensor, samples: number): number {
  const { orders } = context;
  // What an anomaly is must not depend on how many leaves a rank has.
  if (orders.detectAnomaly || !isRowwise(context.model) || !hasOwnObjective(context)) return 1;
  // The leaves of a short batch are smaller than others.
  const bytes = resultBytes(output) * (orders.batchSize / orders.leaves / samples);
  let leaves = 1;
  while (2 * leaves <= mostParts && 2 * leaves * bytes <= bytesAtOnce) leaves *= 2;
  return leaves;
}

/**
 * Whether loss and metrics are the library's sums of terms: these draw no random numbers and read the output
 * alone, where one of the user's may reach parameters.
 */
function hasOwnObjective({ orders, loss, metrics }: RankContext): boolean {
  return (
    [orders.loss, ...orders.metrics].every(
      (part) => typeof part === 'string' || !('module' in part),
    ) && [loss, ...metrics].every(({ terms }) => terms !== undefined)
  );
}

/** Bytes of all results that a forward pass recorded. */
function resultBytes(output: Tensor): number {
  const seen = new Set<Tensor>();
  const pending = [output];
  let bytes = 0;
  for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
    if (tensor.node === null || seen.has(tensor)) continue;
    seen.add(tensor);
    bytes += tensor.byteLength;
    pending.push(...tensor.node.inputs);
  }
  return bytes;
}
