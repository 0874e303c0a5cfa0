import { engine } from '../engine.js';
import { defineOp, registerComposed } from '../op.js';
import { requireFloat } from '../reduce.js';
import { reduceLoss, type LossOptions } from '../reduction.js';
import { requireSameShape } from '../same-shape.js';
import { emptyTensor, type Tensor } from '../tensor.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { sigmoid } from './sigmoid.js';
import { sigmoidGrad } from './sigmoid-grad.js';
import { sub } from './sub.js';

const truths = { low: 0, high: 1 };

const bceWithLogitsOp = defineOp({
  name: 'bceWithLogits',
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

/**
 * The binary cross-entropy of a sigmoid, straight from its logits:
 * `max(x, 0) - x t + ln(1 + e^-|x|)`, for targets `t` from 0 to 1; its mean over all elements, its sum,
 * or each by itself. It stays finite for any finite x. Derivatives before the reduction:
 * `sigmoid(x) - t` and `-x`.
 * @throws ShapeError when the shapes differ; DTypeError unless both are f32 or both f64
 */
export function bceWithLogits(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  requireFloat('bceWithLogits', x, target);
  requireSameShape('bceWithLogits', x, target);
  return reduceLoss('bceWithLogits', bceWithLogitsOp([x, target]), options);
}

registerComposed<LossOptions>({
  name: 'bceWithLogitsReduced',
  run: ([x, target], options) => bceWithLogits(x, target, options),
  torch: 'F.binary_cross_entropy_with_logits(a, b, **args)',
  samples: [
    { inputs: [[3, 4], { shape: [3, 4], ...truths }], args: {} },
    { inputs: [[3, 4], { shape: [3, 4], ...truths }], args: { reduction: 'sum' } },
  ],
});
