import { ValueError } from '../../errors.js';
import {
  checkClassIndices,
  classesLast,
  oneHotMask,
  positionsOf,
  weighLosses,
  weighTargets,
} from './class-targets.js';
import type { Weights } from './loss-weights.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss, type LossOptions } from './reduction.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { div } from '../elementwise/div.js';
import { pickPerRow } from './nll.js';
import { relu } from '../activations/relu.js';
import { reshape } from '../shape/reshape.js';
import { square } from '../elementwise/square.js';
import { sub } from '../elementwise/sub.js';
import { sum } from '../reductions/sum.js';
import { unsqueeze } from '../shape/unsqueeze.js';
import { where } from '../elementwise/where.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface MultiMarginOptions extends LossOptions {
  /** The power of the hinges, 1 (when left out) or 2. */
  readonly p?: 1 | 2;
  /** How far the right score is to be above the others; 1 when left out. */
  readonly margin?: number;
  /** What each class counts, `[C]`; 1 when left out. */
  readonly classWeights?: Weights;
}

const multiMarginNames: OptionNames<MultiMarginOptions> = {
  reduction: true,
  p: true,
  margin: true,
  classWeights: true,
};

/**
 * The hinge loss of many classes: `w_t / C sum_(j != t) max(0, margin - x_t + x_j)^p`, for scores
 * `[N, C]` (or `[C]`, or `[N, C, ...]`) and class indices in their shape without C. The mean is over all
 * positions, weighed or not.
 * @throws ShapeError when the shapes do not fit; DTypeError for other dtypes; ValueError when a class
 *   index is outside of [0, C), or p is neither 1 nor 2
 *
 * @example
 * multiMargin(tensor([[0, 0.5]]), tensor(Int32Array.of(1))).item(); // (1 - 0.5) / 2 = 0.25
 */
export function multiMargin(x: Tensor, target: Tensor, options: MultiMarginOptions = {}): Tensor {
  checkOptions('multiMargin', options, multiMarginNames);
  const { p = 1, margin = 1 } = options;
  requireFloat('multiMargin', x);
  checkClassIndices('multiMargin', x, target);
  if (![1, 2].includes(p)) throw new ValueError(`multiMargin: p is 1 or 2, not ${p}`);
  const rows = classesLast(x);
  const classes = rows.shape[1] ?? 1;
  const weighed = weighTargets('multiMargin', x, target, options);
  const right = unsqueeze(pickPerRow(rows, weighed.indices), -1);
  const gaps = relu(add(sub(rows, right), margin));
  const others = where(oneHotMask(weighed.indices, classes), 0, p === 1 ? gaps : square(gaps));
  const losses = weighLosses(div(sum(others, { axis: 1 }), classes), weighed);
  return reduceLoss('multiMargin', reshape(losses, positionsOf(x)), options);
}

const targets = { shape: [4], dtype: 'i32', low: 0, high: 2 } as const;

registerComposed<MultiMarginOptions>({
  name: 'multiMargin',
  run: ([x, target], options) => multiMargin(x, target, options),
  torch:
    "F.multi_margin_loss(a, b, args.get('p', 1), args.get('margin', 1), " +
    "torch.tensor(args['classWeights'], dtype=a.dtype) if 'classWeights' in args else None, " +
    "reduction=args.get('reduction', 'mean'))",
  samples: [
    { inputs: [[4, 3], targets], args: {} },
    { inputs: [[4, 3], targets], args: { p: 2, margin: 0.5, reduction: 'sum' } },
    { inputs: [[4, 3], targets], args: { classWeights: [0.5, 2, 1.25], reduction: 'none' } },
    { inputs: [[4, 3], targets], args: { classWeights: [0.5, 2, 1.25] } },
    { inputs: [[3], { shape: [], dtype: 'i32', low: 0, high: 2 }], args: {} },
  ],
});
