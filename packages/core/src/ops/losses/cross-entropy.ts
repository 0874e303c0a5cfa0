import {
  checkClassIndices,
  classesLast,
  classWeightsOf,
  defaultIgnoreIndex,
  oneHotMask,
  positionsOf,
  weighLosses,
  weighTargets,
  type ClassOptions,
} from './class-targets.js';
import { onesLike } from '../../create.js';
import { isFloat } from '../../dtype.js';
import { engine } from '../../engine.js';
import { ShapeError, ValueError } from '../../errors.js';
import { defineOp, registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss } from './reduction.js';
import { rowSizes } from '../activations/rows.js';
import { formatShape, sameShape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { crossEntropyGrad, crossEntropySoftGrad } from './cross-entropy-grad.js';
import { logSoftmax } from '../activations/log-softmax.js';
import { mul } from '../elementwise/mul.js';
import { neg } from '../elementwise/neg.js';
import { reshape } from '../shape/reshape.js';
import { sum } from '../reductions/sum.js';
import { cast } from '../elementwise/to.js';
import { unsqueeze } from '../shape/unsqueeze.js';
import { where } from '../elementwise/where.js';
import { checkOptions, type OptionNames } from '../../options.js';

/** Logits `[N, C]` and class indices `[N]` in, losses `[N]` out; saves the logarithm of each row's sum. */
const crossEntropyOp = defineOp({
  name: 'crossEntropyRows',
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
  name: 'crossEntropySoftRows',
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

export interface CrossEntropyOptions extends ClassOptions {
  /** How much of each target is spread evenly over all classes, from 0 (when left out) to 1. */
  readonly labelSmoothing?: number;
}

const crossEntropyNames: OptionNames<CrossEntropyOptions> = {
  reduction: true,
  classWeights: true,
  ignoreIndex: true,
  labelSmoothing: true,
};

/**
 * The cross-entropy of a softmax, straight from its logits, which are `[N, C]` (or `[C]`, or
 * `[N, C, ...]`). The targets are class indices (i32 or u8) in the shape of the logits without C, or
 * shares of each class (floating) in the shape of the logits. With class weights `w` and a label
 * smoothing `s`, and `p = logSoftmax(x)`:
 * `-(1 - s) w_t p_t - s / C sum_c w_c p_c`, or `-sum_c ((1 - s) t_c + s / C) w_c p_c`.
 * The mean of class indices is the sum over the sum of their weights `w_t`, without the ignored ones;
 * that of shares is over all positions. Derivatives before the reduction, without weights:
 * `softmax(x) - onehot(t)`, or `softmax(x) sum_c t_c - t` and by the shares `-p`.
 * @throws ShapeError when the shapes do not fit; DTypeError for other dtypes; ValueError when a class
 *   index is outside of [0, C), the smoothing outside of [0, 1], or shares come with an ignoreIndex
 *
 * @example
 * crossEntropy(tensor([[0, 0]]), tensor(Int32Array.of(1))).item(); // ln 2 = 0.6931...
 */
export function crossEntropy(x: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkOptions('crossEntropy', options, crossEntropyNames);
  requireFloat('crossEntropy', x);
  const { classWeights, ignoreIndex, labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ValueError(`crossEntropy: labelSmoothing is from 0 to 1, not ${labelSmoothing}`);
  }
  const reduce = (losses: Tensor, total?: number) =>
    reduceLoss('crossEntropy', reshape(losses, positionsOf(x)), options, total);
  if (isFloat(target.dtype)) {
    checkShares(x, target, ignoreIndex);
    return reduce(
      crossEntropySoftOp([classesLast(x), weighShares(x, classesLast(target), options)]),
    );
  }
  checkClassIndices('crossEntropy', x, target);
  const rows = classesLast(x);
  const plain = classWeights === undefined && ignoreIndex === undefined && labelSmoothing === 0;
  const whole = cast(target, 'i32');
  if (plain && !whole.view().includes(defaultIgnoreIndex)) {
    return reduce(crossEntropyOp([rows, reshape(whole, [target.size])]));
  }
  const weighed = weighTargets('crossEntropy', x, target, options);
  const { indices, kept, total } = weighed;
  if (labelSmoothing === 0) {
    return reduce(weighLosses(crossEntropyOp([rows, indices]), weighed), total);
  }
  const shares = cast(oneHotMask(indices, rows.shape[1] ?? 1), x.dtype);
  const losses = crossEntropySoftOp([rows, weighShares(x, shares, options)]);
  return reduce(kept === null ? losses : where(kept, losses, 0), total);
}

/** Rows of shares, smoothed and each class times its weight. */
function weighShares(
  x: Tensor,
  shares: Tensor,
  { classWeights, labelSmoothing = 0 }: CrossEntropyOptions,
): Tensor {
  const even = labelSmoothing / (shares.shape[1] ?? 1);
  const smooth = labelSmoothing === 0 ? shares : add(mul(shares, 1 - labelSmoothing), even);
  if (classWeights === undefined) return smooth;
  return mul(smooth, classWeightsOf('crossEntropy', classWeights, x));
}

function checkShares(x: Tensor, target: Tensor, ignoreIndex: number | undefined): void {
  if (!sameShape(x.shape, target.shape) || x.rank === 0) {
    throw new ShapeError(
      `crossEntropy: ${target.dtype} targets ${formatShape(target.shape)} are shares of each class, so ` +
        `they have the shape of the logits, ${formatShape(x.shape)}; class indices are i32: use to('i32')`,
    );
  }
  requireFloat('crossEntropy', x, target);
  if (ignoreIndex !== undefined) {
    throw new ValueError(
      'crossEntropy: ignoreIndex is for class indices, but the targets are shares; give those to ignore no share at all',
    );
  }
}

const indices = { shape: [4], dtype: 'i32', low: 0, high: 2 } as const;
const someIgnored = { shape: [4], dtype: 'i32', values: [2, 0, -1, 1] } as const;
const shares = { shape: [4, 3], low: 0, high: 1 };
const classWeights = [0.5, 2, 1.25];

registerComposed<CrossEntropyOptions>({
  name: 'crossEntropy',
  run: ([x, target], options) => crossEntropy(x, target, options),
  torch:
    "F.cross_entropy(a, b, torch.tensor(args['classWeights'], dtype=a.dtype) if 'classWeights' in args else None, " +
    "ignore_index=args.get('ignoreIndex', -100), reduction=args.get('reduction', 'mean'), " +
    "label_smoothing=args.get('labelSmoothing', 0))",
  samples: [
    { inputs: [[4, 3], indices], args: {} },
    { inputs: [[4, 3], indices], args: { reduction: 'sum' } },
    { inputs: [[2, 3, 4], { shape: [2, 4], dtype: 'i32', low: 0, high: 2 }], args: {} },
    { inputs: [[2, 3, 2], { shape: [2, 3, 2], low: 0, high: 1 }], args: {} },
    { inputs: [[3], { shape: [], dtype: 'i32', low: 0, high: 2 }], args: {} },
    { inputs: [[4, 3], indices], args: { classWeights } },
    { inputs: [[4, 3], { ...someIgnored, values: [2, 0, -100, 1] }], args: {} },
    { inputs: [[4, 3], someIgnored], args: { ignoreIndex: -1 } },
    { inputs: [[4, 3], someIgnored], args: { ignoreIndex: -1, reduction: 'none' } },
    { inputs: [[4, 3], someIgnored], args: { classWeights, ignoreIndex: -1 } },
    { inputs: [[4, 3], indices], args: { labelSmoothing: 0.25 } },
    {
      inputs: [[4, 3], someIgnored],
      args: { classWeights, ignoreIndex: -1, labelSmoothing: 0.25 },
    },
    {
      inputs: [[2, 3, 2], { shape: [2, 2], dtype: 'i32', values: [1, -1, 0, 2] }],
      args: { classWeights, ignoreIndex: -1, labelSmoothing: 0.25, reduction: 'none' },
    },
    { inputs: [[4, 3], shares], args: { classWeights } },
    { inputs: [[4, 3], shares], args: { labelSmoothing: 0.5 } },
    {
      inputs: [[2, 3, 2], { shape: [2, 3, 2], low: 0, high: 1 }],
      args: { classWeights, labelSmoothing: 0.5, reduction: 'sum' },
    },
  ],
});
