import { onesLike, zerosLike } from '../../create.js';
import { checkedIndices } from '../indexing/indices.js';
import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss, type LossOptions, lossNames } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { bceWithLogits } from './bce-with-logits.js';
import { clamp } from '../elementwise/clamp.js';
import { eq } from '../elementwise/compare.js';
import { expm1 } from '../elementwise/expm1.js';
import { indexSelect } from '../indexing/index-select.js';
import { log } from '../elementwise/log.js';
import { neg } from '../elementwise/neg.js';
import { reshape } from '../shape/reshape.js';
import { sub } from '../elementwise/sub.js';
import { where } from '../elementwise/where.js';
import { checkOptions } from '../../options.js';

/**
 * The loss of ordered classes (ordinal regression, proportional odds): a score x falls into class k of
 * 0 to C - 1 with the probability `sigmoid(h_k - x) - sigmoid(h_(k-1) - x)`, where `h_0 < ... <
 * h_(C-2)` are the thresholds between the classes, and `h_(-1)` and `h_(C-1)` lie at minus and plus
 * infinity. The loss is its negative logarithm for the target, in a form in which nothing cancels: with
 * `u = h_t - x` and `l = h_(t-1) - x`,
 * `ln(1 + e^-u) + ln(1 + e^l) - ln(1 - e^(l - u))`, without the terms of a threshold at infinity. The
 * mean over all scores, the sum, or each by itself. Thresholds can be learned; they stay in order as a
 * first one plus running sums of positive numbers.
 * @throws ShapeError unless targets have the shape of the scores, and thresholds are one list;
 *   DTypeError unless scores and thresholds are both f32 or both f64, and targets i32 or u8; ValueError
 *   when thresholds do not ascend, or a target is outside of [0, C)
 *
 * @example
 * // Two classes: a logistic regression. -ln(sigmoid(0 - 0)) = ln 2
 * cumulativeLink(tensor([0]), tensor(Int32Array.of(0)), tensor([0])).item(); // 0.6931...
 */
export function cumulativeLink(
  x: Tensor,
  target: Tensor,
  thresholds: Tensor,
  options: LossOptions = {},
): Tensor {
  checkOptions('cumulativeLink', options, lossNames);
  requireFloat('cumulativeLink', x, thresholds);
  requireSameShape('cumulativeLink', x, target);
  const last = checkThresholds(thresholds);
  const scores = reshape(x, [x.size]);
  const classes = checkedIndices('cumulativeLink', reshape(target, [target.size]), last + 2);
  const [isFirst, isLast] = [eq(classes, 0), eq(classes, last + 1)];
  const upper = indexSelect(thresholds, clamp(classes, undefined, last));
  const lower = indexSelect(thresholds, clamp(sub(classes, 1), 0));
  const above = sub(upper, scores);
  const below = sub(lower, scores);
  // The binary cross-entropy of a logit z with 1 is ln(1 + e^-z), that with 0 is ln(1 + e^z).
  const fromAbove = bceWithLogits(above, onesLike(above), { reduction: 'none' });
  const fromBelow = bceWithLogits(below, zerosLike(below), { reduction: 'none' });
  // The classes at the ends have no width: any will do before it is left out.
  const width = where(isFirst, 1, where(isLast, 1, sub(upper, lower)));
  const narrowness = neg(log(neg(expm1(neg(width)))));
  const inner = add(add(fromAbove, fromBelow), narrowness);
  const losses = where(isFirst, fromAbove, where(isLast, fromBelow, inner));
  return reduceLoss('cumulativeLink', reshape(losses, x.shape), options);
}

/** The place of the last threshold. */
function checkThresholds(thresholds: Tensor): number {
  if (thresholds.rank !== 1 || thresholds.size === 0) {
    throw new ShapeError(
      `cumulativeLink: thresholds are a list of one less than there are classes, not ${formatShape(thresholds.shape)}`,
    );
  }
  const values = thresholds.view();
  const wrong = values.findIndex((value, i) => i > 0 && !(value > (values[i - 1] ?? value)));
  if (wrong >= 0) {
    throw new ValueError(
      `cumulativeLink: thresholds ascend, but after ${values[wrong - 1]} comes ${values[wrong]}; make ` +
        'them of a first one and running sums of positive numbers',
    );
  }
  return thresholds.size - 1;
}

const thresholds = { shape: [3], values: [-1, 0.25, 1.5] };
const targets = { shape: [4], values: [0, 1, 2, 3], dtype: 'i32' } as const;

registerComposed<LossOptions>({
  name: 'cumulativeLink',
  run: ([x, target, cuts], options) => cumulativeLink(x, target, cuts, options),
  torch:
    "(lambda h: getattr(-torch.log(torch.sigmoid(h[b + 1] - a) - torch.sigmoid(h[b] - a)), {'none': 'clone'}.get(args.get('reduction', 'mean'), args.get('reduction', 'mean')))())" +
    '(torch.cat([c.new_full((1,), -math.inf), c, c.new_full((1,), math.inf)]))',
  samples: [
    { inputs: [[4], targets, thresholds], args: {} },
    {
      inputs: [{ shape: [4], low: -3, high: 3 }, targets, thresholds],
      args: { reduction: 'none' },
    },
    {
      inputs: [[2, 2], { ...targets, shape: [2, 2] }, thresholds],
      args: { reduction: 'sum' },
    },
    {
      inputs: [[2], { shape: [2], values: [0, 1], dtype: 'i32' }, { shape: [1], values: [0.5] }],
      args: {},
    },
  ],
});
