import { onesLike, zerosLike } from '../../create.js';
import { engine } from '../../engine.js';
import { defineOp, registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { elementWeights, weighElements, type Weights } from './loss-weights.js';
import { reduceLoss, type LossOptions } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { mul } from '../elementwise/mul.js';
import { neg } from '../elementwise/neg.js';
import { sigmoid } from '../activations/sigmoid.js';
import { sigmoidGrad } from '../activations/sigmoid-grad.js';
import { sub } from '../elementwise/sub.js';
import { checkOptions, type OptionNames } from '../../options.js';

const truths = { low: 0, high: 1 };

const bceWithLogitsOp = defineOp({
  name: 'bceWithLogitsElements',
  arity: 2,
  forward: ({ inputs: [x, target] }) => {
    const out = emptyTensor(x.shape, x.dtype, 'bceWithLogits');
    const kernel = engine().kernel('bceWithLogits', x.dtype);
    kernel(out.address(), x.address(), target.address(), x.size);
    return out;
  },
  derivative: {
    local: [({ inputs: [x, target] }) => sub(sigmoid(x), target), ({ inputs: [x] }) => neg(x)],
    fused: [(gradient, { inputs: [x, target] }) => bceGradOp([gradient, x, target]), undefined],
  },
  torch: "F.binary_cross_entropy_with_logits(a, b, reduction='none')",
  samples: [
    { inputs: [[3, 4], { shape: [3, 4], ...truths }] },
    { inputs: [[], { shape: [], ...truths }] },
    { inputs: [[0], [0]] },
    {
      inputs: [
        { shape: [10], values: [0, 1, -1, 30, -30, 1e4, -1e4, 0.5, 100, -100] },
        { shape: [10], values: [0, 1, 0.5, 0, 1, 1, 0, 0.25, 1, 1] },
      ],
      extreme: true,
    },
  ],
});

const bceGradOp = defineOp({
  name: 'bceWithLogitsGrad',
  arity: 3,
  forward: ({ inputs: [gradient, x, target] }) => {
    const out = emptyTensor(x.shape, x.dtype, 'bceWithLogitsGrad');
    const kernel = engine().kernel('bceWithLogitsGrad', x.dtype);
    kernel(out.address(), gradient.address(), x.address(), target.address(), x.size);
    return out;
  },
  derivative: {
    symmetric: [
      (outer, { inputs: [, x, target] }): Tensor => bceGradOp([outer, x, target]),
      (outer, { inputs: [gradient, x] }) => sigmoidGrad(mul(outer, gradient), sigmoid(x)),
      (outer, { inputs: [gradient] }) => neg(mul(outer, gradient)),
    ],
  },
  torch: 'a * (b.sigmoid() - c)',
  samples: [
    { inputs: [[3, 4], [3, 4], { shape: [3, 4], ...truths }] },
    { inputs: [[0], [0], [0]] },
    {
      inputs: [
        [10],
        { shape: [10], values: [0, 1, -1, 30, -30, 1e4, -1e4, 0.5, 100, -100] },
        { shape: [10], values: [0, 1, 0.5, 0, 1, 1, 0, 0.25, 1, 1] },
      ],
      extreme: true,
    },
  ],
});

export interface BceOptions extends LossOptions {
  /** What each element counts, in a shape that stretches to that of the logits; 1 when left out. */
  readonly weight?: Weights;
}

export const bceNames: OptionNames<BceOptions> = { reduction: true, weight: true };

export interface BceWithLogitsOptions extends BceOptions {
  /**
   * How much more a true target counts than a false one, in a shape that stretches to that of the
   * logits, as `[C]` for `[N, C]`; 1 when left out.
   */
  readonly posWeight?: Weights;
}

const bceWithLogitsNames: OptionNames<BceWithLogitsOptions> = {
  reduction: true,
  weight: true,
  posWeight: true,
};

/**
 * The binary cross-entropy of a sigmoid, straight from its logits:
 * `max(x, 0) - x t + ln(1 + e^-|x|)`, for targets `t` from 0 to 1; its mean over all elements, its sum,
 * or each by itself. It stays finite for any finite x. With weights it is
 * `w (p t ln(1 + e^-x) + (1 - t) ln(1 + e^x))`. Derivatives before the reduction, without weights:
 * `sigmoid(x) - t` and `-x`.
 * @throws ShapeError when the shapes differ, or a weight's does not stretch to them; DTypeError unless
 *   both are f32 or both f64
 *
 * @example
 * bceWithLogits(tensor([0, 0]), tensor([0, 1]), { posWeight: [3] }).item(); // 2 ln 2 = 1.3862...
 */
export function bceWithLogits(
  x: Tensor,
  target: Tensor,
  options: BceWithLogitsOptions = {},
): Tensor {
  checkOptions('bceWithLogits', options, bceWithLogitsNames);
  requireFloat('bceWithLogits', x, target);
  requireSameShape('bceWithLogits', x, target);
  const { posWeight } = options;
  const losses =
    posWeight === undefined
      ? bceWithLogitsOp([x, target])
      : weighTruths(x, target, elementWeights('bceWithLogits', posWeight, x));
  return reduceLoss('bceWithLogits', weighElements('bceWithLogits', losses, options), options);
}

/** Both terms are computed without a difference, so that none cancels. */
function weighTruths(x: Tensor, target: Tensor, posWeight: Tensor): Tensor {
  const ifTrue = bceWithLogitsOp([x, onesLike(x)]);
  const ifFalse = bceWithLogitsOp([x, zerosLike(x)]);
  return add(mul(mul(target, posWeight), ifTrue), mul(sub(1, target), ifFalse));
}

registerComposed<BceWithLogitsOptions>({
  name: 'bceWithLogits',
  run: ([x, target], options) => bceWithLogits(x, target, options),
  torch:
    'F.binary_cross_entropy_with_logits(a, b, ' +
    "weight=torch.tensor(args['weight'], dtype=a.dtype) if 'weight' in args else None, " +
    "pos_weight=torch.tensor(args['posWeight'], dtype=a.dtype) if 'posWeight' in args else None, " +
    "reduction=args.get('reduction', 'mean'))",
  samples: [
    { inputs: [[3, 4], { shape: [3, 4], ...truths }], args: {} },
    { inputs: [[3, 4], { shape: [3, 4], ...truths }], args: { reduction: 'sum' } },
    { inputs: [[3, 2], { shape: [3, 2], ...truths }], args: { posWeight: [3, 0.5] } },
    {
      inputs: [[3, 2], { shape: [3, 2], ...truths }],
      args: { weight: [2, 1], posWeight: [3, 0.5], reduction: 'none' },
    },
    { inputs: [[4], { shape: [4], ...truths }], args: { weight: [2, 1, 0, 0.5] } },
    {
      inputs: [
        { shape: [6], values: [30, -30, 1e4, -1e4, 100, -100] },
        { shape: [6], values: [1, 0, 1, 0, 0, 1] },
      ],
      args: { posWeight: [2], reduction: 'none' },
      extreme: true,
    },
  ],
});
