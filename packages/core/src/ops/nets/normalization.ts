import { engine } from '../../engine.js';
import { ShapeError } from '../../errors.js';
import { add } from '../elementwise/add.js';
import { expand } from '../shape/expand.js';
import { mean } from '../reductions/mean.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';
import { rsqrt } from '../elementwise/rsqrt.js';
import { square } from '../elementwise/square.js';
import { sub } from '../elementwise/sub.js';
import { sum } from '../reductions/sum.js';
import { elementCount, formatShape, sameShape, type Shape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';

/**
 * How a tensor is normalised. What is normalised together is a row of x `[rows, length]`, or for batch norm
 * all of a channel of x `[n, channels, plane]`.
 */
export interface Normalization {
  /** What is added to the variance. */
  readonly eps: number;
  /** Whether the mean is subtracted; without, the root of the mean square takes the deviation's place. */
  readonly centred: boolean;
  /** Elements side by side that share a weight; of a row only. */
  readonly part: number;
  /** The rows' means and variances, if they are known: `moments(x)`. */
  readonly moments?: Tensor;
}

interface Layout {
  /** Pieces that a row lies in, number of rows, elements of a piece. */
  readonly sizes: readonly [pieces: number, rows: number, plane: number];
  /** The axes over which there is one mean. */
  readonly axes: readonly number[];
  /** How many elements are normalised together. */
  readonly length: number;
}

export function layoutOf({ shape }: Tensor): Layout {
  const [first = 0, second = 0, plane] = shape;
  return plane === undefined
    ? { sizes: [1, first, second], axes: [1], length: second }
    : { sizes: [first, second, plane], axes: [0, 2], length: first * plane };
}

/** The rows' means, and their biased variances (or mean squares), in f64 `[2, rows]`. */
export function momentsOf(x: Tensor, centred: boolean): Tensor {
  const { sizes } = layoutOf(x);
  const out = emptyTensor([2, sizes[1]], 'f64', 'moments');
  engine().kernel('moments', x.dtype)(out.address(), x.address(), ...sizes, centred ? 1 : 0);
  return out;
}

/** `1 / sqrt(variance + eps)` of each row, in ops. */
export function reciprocalDeviation(x: Tensor, { eps, centred }: Normalization): Tensor {
  const perRow = { axis: layoutOf(x).axes, keepdim: true };
  const distance = centred ? sub(x, mean(x, perRow)) : x;
  return rsqrt(add(mean(square(distance), perRow), eps));
}

/** `x` with an axis of channels: `[n, channels, elements that share a weight]`. */
function byChannel(x: Tensor, channels: number, part: number): Tensor {
  return x.rank === 3 ? x : reshape(x, [countOfGroups(x, channels, part), channels, part]);
}

function countOfGroups(x: Tensor, channels: number, part: number): number {
  const group = channels * part;
  return group === 0 ? 0 : x.size / group;
}

/** Each element of `x` times the weight of its channel. */
export function weighChannels(x: Tensor, w: Tensor | undefined, part: number): Tensor {
  if (w === undefined) return x;
  const product = mul(byChannel(x, w.size, part), reshape(w, [w.size, 1]));
  return reshape(product, x.shape);
}

/** The sum over all elements that share a channel's weight. */
export function sumChannels(x: Tensor, w: Tensor, part: number): Tensor {
  return sum(byChannel(x, w.size, part), { axis: [0, 2] });
}

/** A value a channel in the shape of `x`. */
export function spreadChannels(b: Tensor, x: Tensor, part: number): Tensor {
  const shape = x.rank === 3 ? x.shape : [countOfGroups(x, b.size, part), b.size, part];
  return reshape(expand(reshape(b, [b.size, 1]), shape), x.shape);
}

/** @throws ShapeError unless weights are absent or of the shape */
export function checkWeights(
  op: string,
  shape: Shape,
  weights: Record<string, Tensor | null>,
): void {
  for (const [name, weight] of Object.entries(weights)) {
    if (weight !== null && !sameShape(weight.shape, shape)) {
      throw new ShapeError(
        `${op}: the ${name} ${formatShape(weight.shape)} is not ${formatShape(shape)}`,
      );
    }
  }
}

/**
 * `x` as rows over its last axes, which must be those of a shape.
 * @throws ShapeError when they are not, or when there are none
 */
export function rowsOver(op: string, x: Tensor, normalized: Shape): Tensor {
  const lead = x.rank - normalized.length;
  if (normalized.length === 0 || lead < 0 || !sameShape(x.shape.slice(lead), normalized)) {
    throw new ShapeError(
      `${op}: the last axes of x ${formatShape(x.shape)} are not ${formatShape(normalized)}, over ` +
        'which it is to be normalised',
    );
  }
  return reshape(x, [elementCount(x.shape.slice(0, lead)), elementCount(normalized)]);
}
