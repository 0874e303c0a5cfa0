import { onesLike } from '../../create.js';
import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { rowSizes } from '../activations/rows.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { mul } from '../elementwise/mul.js';
import { softmax } from '../activations/softmax.js';
import { softmaxGrad } from '../activations/softmax-grad.js';
import { sub } from '../elementwise/sub.js';
import { sum } from '../reductions/sum.js';
import { unsqueeze } from '../shape/unsqueeze.js';

interface CrossEntropyGradArgs {
  /** The logarithm of the sum of each row's exponentials, if the forward pass left it. */
  readonly logSums?: Tensor | undefined;
}

const perRow = { axis: -1, keepdim: true };

/** `ln sum_c e^x_c` of each row, as the loss computes it. */
function logSumsOf(x: Tensor): Tensor {
  const [rows, classes] = rowSizes(x);
  const losses = emptyTensor([rows], x.dtype, 'crossEntropy');
  const logSums = emptyTensor([rows], x.dtype, 'crossEntropy');
  const kernel = engine().kernel('crossEntropySoft', x.dtype);
  // The targets do not matter for the sums.
  kernel(losses.address(), logSums.address(), x.address(), x.address(), rows, classes);
  return logSums;
}

const crossEntropyGradOp = defineOp<3, CrossEntropyGradArgs>({
  name: 'crossEntropyGrad',
  arity: 3,
  forward: ({ inputs: [gradient, x, target], args: { logSums = logSumsOf(x) } }) => {
    const out = emptyTensor(x.shape, x.dtype, 'crossEntropyGrad');
    const kernel = engine().kernel('crossEntropyGrad', x.dtype);
    const operands = [gradient, logSums, x, target].map((operand) => operand.address());
    kernel(out.address(), ...operands, ...rowSizes(x));
    return out;
  },
  derivative: {
    vjp: [
      (outer, { inputs: [gradient, x, target], args: { logSums } }) =>
        sum(mul(outer, crossEntropyGrad(onesLike(gradient), x, target, logSums)), { axis: -1 }),
      (outer, { inputs: [gradient, x] }) =>
        softmaxGrad(mul(outer, unsqueeze(gradient, -1)), softmax(x)),
      { nondifferentiable: 'a class index is a whole number' },
    ],
    jvp: [
      (tangent, { inputs: [, x, target], args: { logSums } }) =>
        crossEntropyGrad(tangent, x, target, logSums),
      (tangent, { inputs: [gradient, x] }) =>
        softmaxGrad(mul(tangent, unsqueeze(gradient, -1)), softmax(x)),
      { nondifferentiable: 'a class index is a whole number' },
    ],
  },
  torch: 'a[:, None] * (b.softmax(-1) - F.one_hot(c, b.shape[-1]))',
  samples: [
    { inputs: [[4], [4, 3], { shape: [4], dtype: 'i32', low: 0, high: 2 }], args: {} },
    { inputs: [[0], [0, 3], { shape: [0], dtype: 'i32', low: 0, high: 2 }], args: {} },
    {
      inputs: [
        [4],
        {
          shape: [4, 3],
          values: [1e4, -1e4, 0, -1e4, -1e4, -1e4, 1e4, 1e4, 9999, 1, -Infinity, 2],
        },
        { shape: [4], values: [2, 0, 1, 0], dtype: 'i32' },
      ],
      args: {},
      extreme: true,
    },
  ],
});

/** `g_n (softmax(x_n) - onehot(t_n))`: the gradient of the cross-entropy with class indices. */
export function crossEntropyGrad(
  gradient: Tensor,
  x: Tensor,
  target: Tensor,
  logSums: Tensor | undefined,
): Tensor {
  return crossEntropyGradOp([gradient, x, target], { logSums });
}

const crossEntropySoftGradOp = defineOp<3, CrossEntropyGradArgs>({
  name: 'crossEntropySoftGrad',
  arity: 3,
  forward: ({ inputs: [gradient, x, target], args: { logSums = logSumsOf(x) } }) => {
    const out = emptyTensor(x.shape, x.dtype, 'crossEntropySoftGrad');
    const kernel = engine().kernel('crossEntropySoftGrad', x.dtype);
    const operands = [gradient, logSums, x, target].map((operand) => operand.address());
    kernel(out.address(), ...operands, ...rowSizes(x));
    return out;
  },
  derivative: {
    vjp: [
      (outer, { inputs: [gradient, x, target], args: { logSums } }) =>
        sum(mul(outer, crossEntropySoftGrad(onesLike(gradient), x, target, logSums)), { axis: -1 }),
      (outer, { inputs: [gradient, x, target] }) => {
        const weighted = mul(outer, unsqueeze(gradient, -1));
        return mul(softmaxGrad(weighted, softmax(x)), sum(target, perRow));
      },
      (outer, { inputs: [gradient, x] }) => {
        const weighted = mul(outer, unsqueeze(gradient, -1));
        return sub(sum(mul(weighted, softmax(x)), perRow), weighted);
      },
    ],
    jvp: [
      (tangent, { inputs: [, x, target], args: { logSums } }) =>
        crossEntropySoftGrad(tangent, x, target, logSums),
      (tangent, { inputs: [gradient, x, target] }) => {
        const weighted = mul(tangent, unsqueeze(gradient, -1));
        return mul(softmaxGrad(weighted, softmax(x)), sum(target, perRow));
      },
      (tangent, { inputs: [gradient, x], args: { logSums } }) =>
        crossEntropySoftGrad(gradient, x, tangent, logSums),
    ],
  },
  torch: 'a[:, None] * (b.softmax(-1) * c.sum(-1, keepdim=True) - c)',
  samples: [
    { inputs: [[4], [4, 3], { shape: [4, 3], low: 0, high: 1 }], args: {} },
    { inputs: [[0], [0, 3], [0, 3]], args: {} },
  ],
});

/**
 * `g_n (softmax(x_n) sum_c t_nc - t_n)`: the gradient of the cross-entropy with shares of each class.
 */
export function crossEntropySoftGrad(
  gradient: Tensor,
  x: Tensor,
  target: Tensor,
  logSums: Tensor | undefined,
): Tensor {
  return crossEntropySoftGradOp([gradient, x, target], { logSums });
}
