import { ValueError } from '../../errors.js';
import { weighElements } from './loss-weights.js';
import { defineOp, registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import type { Tensor } from '../../tensor.js';
import { type BceOptions, bceNames } from './bce-with-logits.js';
import { add } from '../elementwise/add.js';
import { clamp } from '../elementwise/clamp.js';
import { div } from '../elementwise/div.js';
import { log } from '../elementwise/log.js';
import { log1p } from '../elementwise/log1p.js';
import { mul } from '../elementwise/mul.js';
import { neg } from '../elementwise/neg.js';
import { sub } from '../elementwise/sub.js';
import { checkOptions } from '../../options.js';

/** The least `x (1 - x)` that is divided by: PyTorch's, which is an f32 in every dtype. */
const leastVariance = Math.fround(1e-12);

const probabilities = { low: 0.05, high: 0.95 };
const truths = { low: 0, high: 1 };

const bceOp = defineOp({
  name: 'bceElements',
  arity: 2,
  forward: ({ inputs: [x, target] }) => {
    const wrong = x.view().findIndex((value) => value < 0 || value > 1);
    if (wrong >= 0) {
      throw new ValueError(
        `bce: element ${wrong} is ${x.view()[wrong]}, but probabilities are from 0 to 1; of scores take bceWithLogits`,
      );
    }
    // Neither logarithm is let below -100, so that the loss stays finite.
    const ifTrue = mul(target, clamp(log(x), -100));
    const ifFalse = mul(sub(1, target), clamp(log1p(neg(x)), -100));
    return neg(add(ifTrue, ifFalse));
  },
  derivative: {
    local: [
      ({ inputs: [x, target] }) => div(sub(x, target), clamp(mul(x, sub(1, x)), leastVariance)),
      ({ inputs: [x] }) => sub(log1p(neg(x)), log(x)),
    ],
  },
  torch: "F.binary_cross_entropy(a, b, reduction='none')",
  samples: [
    {
      inputs: [
        { shape: [3, 4], ...probabilities },
        { shape: [3, 4], ...truths },
      ],
    },
    {
      inputs: [
        { shape: [], ...probabilities },
        { shape: [], ...truths },
      ],
    },
    {
      inputs: [
        { shape: [5], values: [0, 0, 1, 1, 0.5] },
        { shape: [5], values: [0, 1, 0, 1, 0.25] },
      ],
      extreme: true,
    },
  ],
});

/**
 * The binary cross-entropy `-w (t ln x + (1 - t) ln(1 - x))` of probabilities `x` with targets `t` from
 * 0 to 1; its mean over all elements, its sum, or each by itself. Logarithms end at -100. Derivatives
 * before the reduction, without weights: `(x - t) / (x (1 - x))` and `ln(1 - x) - ln x`. Of scores,
 * `bceWithLogits` is more precise.
 * @throws ShapeError when the shapes differ, or that of the weights does not stretch to them; DTypeError
 *   unless both are f32 or both f64; ValueError when an x is outside of [0, 1]
 *
 * @example
 * bce(tensor([0.5, 0.5]), tensor([0, 1])).item(); // ln 2 = 0.6931...
 */
export function bce(x: Tensor, target: Tensor, options: BceOptions = {}): Tensor {
  checkOptions('bce', options, bceNames);
  requireFloat('bce', x, target);
  requireSameShape('bce', x, target);
  return reduceLoss('bce', weighElements('bce', bceOp([x, target]), options), options);
}

registerComposed<BceOptions>({
  name: 'bce',
  run: ([x, target], options) => bce(x, target, options),
  torch:
    "F.binary_cross_entropy(a, b, torch.tensor(args['weight'], dtype=a.dtype) if 'weight' in args else None, " +
    "reduction=args.get('reduction', 'mean'))",
  samples: [
    {
      inputs: [
        { shape: [3, 2], ...probabilities },
        { shape: [3, 2], ...truths },
      ],
      args: {},
    },
    {
      inputs: [
        { shape: [3, 2], ...probabilities },
        { shape: [3, 2], ...truths },
      ],
      args: { weight: [2, 0.5], reduction: 'sum' },
    },
  ],
});
