import { ones } from '../../create.js';
import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { dropout } from './dropout.js';
import { mul } from '../elementwise/mul.js';

/** What an activation of SELU tends to: `-scale alpha`. */
const silent = -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717;

/**
 * Sets each channel of each sample of `x` `[N, C, ...]` to 0 with probability `p` and divides the others by `1 - p`,
 * so that the mean stays: neighbouring pixels resemble each other too much to be dropped one by one. Which
 * ones follows from the seed and the number of the call alone. Derivative: 0 or `1 / (1 - p)` for the same
 * channels.
 * @throws ShapeError when x has no channels; ValueError when p is not a probability; DTypeError for
 *   whole numbers
 *
 * @example
 * dropout2d(ones([2, 3, 4, 4]), 0.5); // 16 pixels of 0, or 16 of 2, for each sample and channel
 */
export function dropout2d(x: Tensor, p = 0.5): Tensor {
  requireFloat('dropout2d', x);
  if (x.rank < 2) {
    throw new ShapeError(`dropout2d: x ${formatShape(x.shape)} is not [N, C, ...]`);
  }
  const each = x.shape.map((size, axis) => (axis < 2 ? size : 1));
  return mul(x, dropout(ones(each, { dtype: x.dtype }), p));
}

/**
 * Dropout for SELU networks: an element becomes `d`, where SELU falls silent, with probability `p`, and all are
 * then scaled and shifted so that zero mean and unit variance stay: `a x + b` or `a d + b` with `a = 1 / sqrt((1 - p) (1
 * + p d^2))` and `b = -a p d`. Which ones follows from the seed and the number of the call alone. Derivative: 0
 * or `a` for the same elements.
 * @throws ValueError when p is not a probability; DTypeError for whole numbers
 *
 * @example
 * alphaDropout(zeros([2]), 0); // [0, 0]
 */
export function alphaDropout(x: Tensor, p = 0.5): Tensor {
  requireFloat('alphaDropout', x);
  // All are dropped: as PyTorch has it.
  if (p === 1) return mul(x, 0);
  const kept = mul(dropout(ones(x.shape, { dtype: x.dtype }), p), 1 - p);
  const a = 1 / Math.sqrt((1 - p) * (1 + p * silent * silent));
  const dropped = add(mul(kept, -a * silent), a * silent - a * p * silent);
  return add(mul(mul(x, kept), a), dropped);
}

registerComposed<{ p: number }>({
  name: 'dropout2d',
  run: ([x], { p }) => dropout2d(x, p),
  torch: "F.dropout2d(a, args['p'])",
  samples: [
    { inputs: [[2, 3, 2, 2]], args: { p: 0.5 }, golden: false },
    { inputs: [[2, 3, 1, 2]], args: { p: 0 } },
    { inputs: [[1, 2, 2, 2]], args: { p: 1 } },
  ],
});

registerComposed<{ p: number }>({
  name: 'alphaDropout',
  run: ([x], { p }) => alphaDropout(x, p),
  torch: "F.alpha_dropout(a, args['p'], training=True)",
  samples: [
    { inputs: [[3, 5]], args: { p: 0.3 }, golden: false },
    { inputs: [[3, 5]], args: { p: 0 } },
    { inputs: [[4]], args: { p: 1 } },
  ],
});
