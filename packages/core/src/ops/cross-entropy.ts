import { onesLike } from '../create.js';
import { isFloat } from '../dtype.js';
import { engine } from '../engine.js';
import { DTypeError, ShapeError, ValueError } from '../errors.js';
import { defineOp, registerComposed } from '../op.js';
import { requireFloat } from '../reduce.js';
import { reduceLoss, type LossOptions } from '../reduction.js';
import { rowSizes } from '../rows.js';
import { formatShape, sameShape } from '../shape.js';
import { emptyTensor, type Tensor } from '../tensor.js';
import { crossEntropyGrad, crossEntropySoftGrad } from './cross-entropy-grad.js';
import { logSoftmax } from './log-softmax.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { permute } from './permute.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';
import { cast } from './to.js';
import { unsqueeze } from './unsqueeze.js';

/** Logits `[N, C]` and class indices `[N]` in, losses `[N]` out; saves the logarithm of each row's sum. */
const crossEntropyOp = defineOp({
  name: 'crossEntropy',
  arity: 2,
  forward: (call) => {
    const [x, target] = call.inputs;
    const [rows, classes] = rowSizes(x);
    const out = emptyTensor([rows], x.dtype, 'crossEntropy');
    const logSums = emptyTensor([rows], x.dtype, 'crossEntropy');
    const kernel = engine().kernel('crossEntropy', x.dtype);
    const [toLoss, toSums, from] = [out.address(), logSums.address(), x.address()];
    const wrong = kernel(toLoss, toSums, from, target.address(), rows, classes);
    if (wrong >= 0) {
      throw new ValueError(
        `crossEntropy: the target of row ${wrong} is class ${target.view()[wrong]}, but the logits ` +
          `${formatShape(x.shape)} have ${classes} classes, 0 to ${classes - 1}`,
      );
    }
    call.save(logSums);
    return out;
  },
  derivative: {
    vjp: [
      (gradient, { inputs: [x, target], saved: [logSums] }) =>
        crossEntropyGrad(gradient, x, target, logSums),
      { nondifferentiable: 'a class index is a whole number' },
    ],
    jvp: [
      (tangent, { inputs: [x, target], output, saved: [logSums] }) => {
        const slope = crossEntropyGrad(onesLike(output), x, target, logSums);
        return sum(mul(tangent, slope), { axis: -1 });
      },
      { nondifferentiable: 'a class index is a whole number' },
    ],
  },
  torch: "F.cross_entropy(a, b, reduction='none')",
  samples: [
    { inputs: [[4, 3], { shape: [4], dtype: 'i32', low: 0, high: 2 }] },
    { inputs: [[1, 1], { shape: [1], dtype: 'i32', low: 0, high: 0 }] },
    { inputs: [[0, 3], { shape: [0], dtype: 'i32', low: 0, high: 2 }] },
    {
      inputs: [
        { shape: [2, 33], low: -4, high: 4 },
        { shape: [2], dtype: 'i32', low: 0, high: 32 },
      ],
    },
    {
      inputs: [
        {
          shape: [4, 3],
          values: [1e4, -1e4, 0, -1e4, -1e4, -1e4, 1e4, 1e4, 9999, 1, -Infinity, 2],
        },
        { shape: [4], values: [2, 0, 1, 0], dtype: 'i32' },
      ],
      extreme: true,
    },
  ],
});

/** Logits and targets `[N, C]` in, losses `[N]` out; saves the logarithm of each row's sum. */
const crossEntropySoftOp = defineOp({
  name: 'crossEntropySoft',
  arity: 2,
  forward: (call) => {
    const [x, target] = call.inputs;
    const [rows, classes] = rowSizes(x);
    const out = emptyTensor([rows], x.dtype, 'crossEntropy');
    const logSums = emptyTensor([rows], x.dtype, 'crossEntropy');
    const kernel = engine().kernel('crossEntropySoft', x.dtype);
    const [toLoss, toSums, from] = [out.address(), logSums.address(), x.address()];
    kernel(toLoss, toSums, from, target.address(), rows, classes);
    call.save(logSums);
    return out;
  },
  derivative: {
    vjp: [
      (gradient, { inputs: [x, target], saved: [logSums] }) =>
        crossEntropySoftGrad(gradient, x, target, logSums),
      (gradient, { inputs: [x] }) => neg(mul(unsqueeze(gradient, -1), logSoftmax(x))),
    ],
    jvp: [
      (tangent, { inputs: [x, target], output, saved: [logSums] }) => {
        const slope = crossEntropySoftGrad(onesLike(output), x, target, logSums);
        return sum(mul(tangent, slope), { axis: -1 });
      },
      (tangent, { inputs: [x] }) => neg(sum(mul(tangent, logSoftmax(x)), { axis: -1 })),
    ],
  },
  torch: "F.cross_entropy(a, b, reduction='none')",
  samples: [
    { inputs: [[4, 3], { shape: [4, 3], low: 0, high: 1 }] },
    {
      inputs: [
        [0, 3],
        [0, 3],
      ],
    },
    {
      inputs: [
        { shape: [2, 17], low: -4, high: 4 },
        { shape: [2, 17], low: 0, high: 1 },
      ],
    },
  ],
});

/**
 * The cross-entropy of a softmax, straight from its logits, which are `[N, C]` (or `[C]`, or
 * `[N, C, ...]`). The targets are class indices (i32 or u8) in the shape of the logits without C, or
 * shares of each class (floating) in the shape of the logits:
 * `-x[t] + ln sum_c e^x_c`, or `sum_c t_c (ln sum_d e^x_d - x_c)`.
 * The mean over all but the classes, the sum, or each by itself. Derivatives before the reduction:
 * `softmax(x) - onehot(t)`, or `softmax(x) sum_c t_c - t` and by the shares `-logSoftmax(x)`.
 * @throws ShapeError when the shapes do not fit; DTypeError for other dtypes; ValueError when a class
 *   index is outside of [0, C)
 *
 * @example
 * crossEntropy(tensor([[0, 0]]), tensor(Int32Array.of(1))).item(); // ln 2 = 0.6931...
 */
export function crossEntropy(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  requireFloat('crossEntropy', x);
  const soft = isFloat(target.dtype);
  checkTarget(x, target, soft);
  const losses = soft
    ? crossEntropySoftOp([classesLast(x), classesLast(target)])
    : crossEntropyOp([classesLast(x), reshape(cast(target, 'i32'), [target.size])]);
  const each = x.shape.filter((_, axis) => axis !== classAxis(x));
  return reduceLoss('crossEntropy', reshape(losses, each), options);
}

function classAxis(x: Tensor): number {
  return x.rank === 1 ? 0 : 1;
}

/** `[N, C, ...]` as rows of classes. */
function classesLast(x: Tensor): Tensor {
  if (x.rank === 2) return x;
  const classes = x.shape[classAxis(x)] ?? 1;
  const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== classAxis(x));
  const last = x.rank === 1 ? x : permute(x, [...others, classAxis(x)]);
  return reshape(last, [classes === 0 ? 0 : x.size / classes, classes]);
}

function checkTarget(x: Tensor, target: Tensor, soft: boolean): void {
  if (x.rank === 0) throw new ShapeError('crossEntropy: the logits are a scalar; give [N, C]');
  if (soft) {
    if (sameShape(x.shape, target.shape)) {
      requireFloat('crossEntropy', x, target);
      return;
    }
    throw new ShapeError(
      `crossEntropy: ${target.dtype} targets ${formatShape(target.shape)} are shares of each class, so ` +
        `they have the shape of the logits, ${formatShape(x.shape)}; class indices are i32: use to('i32')`,
    );
  }
  if (target.dtype === 'bool') {
    throw new DTypeError("crossEntropy: targets are i32, u8 or floating, not bool; use to('i32')");
  }
  const expected = x.shape.filter((_, axis) => axis !== classAxis(x));
  if (!sameShape(expected, target.shape)) {
    throw new ShapeError(
      `crossEntropy: class indices for logits ${formatShape(x.shape)} have the shape ` +
        `${formatShape(expected)}, not ${formatShape(target.shape)}`,
    );
  }
}

registerComposed<LossOptions>({
  name: 'crossEntropyReduced',
  run: ([x, target], options) => crossEntropy(x, target, options),
  torch: 'F.cross_entropy(a, b, **args)',
  samples: [
    { inputs: [[4, 3], { shape: [4], dtype: 'i32', low: 0, high: 2 }], args: {} },
    {
      inputs: [[4, 3], { shape: [4], dtype: 'i32', low: 0, high: 2 }],
      args: { reduction: 'sum' },
    },
    { inputs: [[2, 3, 4], { shape: [2, 4], dtype: 'i32', low: 0, high: 2 }], args: {} },
    { inputs: [[2, 3, 2], { shape: [2, 3, 2], low: 0, high: 1 }], args: {} },
    { inputs: [[3], { shape: [], dtype: 'i32', low: 0, high: 2 }], args: {} },
  ],
});
