import { arange } from '../../create.js';
import {
  checkClassIndices,
  classesLast,
  positionsOf,
  weighLosses,
  weighTargets,
  type ClassOptions,
  classNames,
} from './class-targets.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss } from './reduction.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { indexSelect } from '../indexing/index-select.js';
import { mul } from '../elementwise/mul.js';
import { neg } from '../elementwise/neg.js';
import { reshape } from '../shape/reshape.js';
import { checkOptions } from '../../options.js';

/** Of each row of `[n, C]`, the element that an index names. */
export function pickPerRow(rows: Tensor, indices: Tensor): Tensor {
  const [n = 0, classes = 1] = rows.shape;
  const places = add(mul(arange(0, n), classes), indices);
  return indexSelect(reshape(rows, [rows.size]), places);
}

/**
 * The negative log-likelihood `-w_t x_t` of log-probabilities `x`, which are `[N, C]` (or `[C]`, or
 * `[N, C, ...]`), as `logSoftmax` gives them; the targets are class indices (i32 or u8) in their shape
 * without C. The mean is the sum over the sum of the weights, without the ignored targets. Derivative
 * before the reduction: `-w_t` at the target, else 0. From scores, `crossEntropy` is the same at once.
 * @throws ShapeError when the shapes do not fit; DTypeError for other dtypes; ValueError when a class
 *   index is outside of [0, C)
 *
 * @example
 * nll(tensor([[-1, -2]]), tensor(Int32Array.of(1))).item(); // 2
 */
export function nll(x: Tensor, target: Tensor, options: ClassOptions = {}): Tensor {
  checkOptions('nll', options, classNames);
  requireFloat('nll', x);
  checkClassIndices('nll', x, target);
  const weighed = weighTargets('nll', x, target, options);
  const losses = weighLosses(neg(pickPerRow(classesLast(x), weighed.indices)), weighed);
  return reduceLoss('nll', reshape(losses, positionsOf(x)), options, weighed.total);
}

const classWeights = [0.5, 2, 1.25];
const targets = { shape: [4], dtype: 'i32', values: [2, 0, -1, 1] } as const;

registerComposed<ClassOptions>({
  name: 'nll',
  run: ([x, target], options) => nll(x, target, options),
  torch:
    "F.nll_loss(a, b, torch.tensor(args['classWeights'], dtype=a.dtype) if 'classWeights' in args else None, " +
    "ignore_index=args.get('ignoreIndex', -100), reduction=args.get('reduction', 'mean'))",
  samples: [
    { inputs: [[4, 3], { shape: [4], dtype: 'i32', low: 0, high: 2 }], args: {} },
    { inputs: [[4, 3], targets], args: { classWeights, ignoreIndex: -1 } },
    { inputs: [[4, 3], targets], args: { ignoreIndex: -1, reduction: 'none' } },
    {
      inputs: [[2, 3, 2], { shape: [2, 2], dtype: 'i32', values: [1, -1, 0, 2] }],
      args: { classWeights, ignoreIndex: -1, reduction: 'sum' },
    },
    { inputs: [[3], { shape: [], dtype: 'i32', low: 0, high: 2 }], args: {} },
  ],
});
