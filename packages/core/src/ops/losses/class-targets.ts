import { arange, tensor } from '../../create.js';
import { DTypeError, ShapeError, ValueError } from '../../errors.js';
import { tensorOfWeights, type Weights } from './loss-weights.js';
import { eq } from '../elementwise/compare.js';
import { mul } from '../elementwise/mul.js';
import { permute } from '../shape/permute.js';
import { reshape } from '../shape/reshape.js';
import { cast } from '../elementwise/to.js';
import { unsqueeze } from '../shape/unsqueeze.js';
import { where } from '../elementwise/where.js';
import type { LossOptions } from './reduction.js';
import { formatShape, sameShape, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import type { OptionNames } from '../../options.js';

/** The target that is left out where no other is named. */
export const defaultIgnoreIndex = -100;

/** How losses of class indices count them. */
export interface ClassOptions extends LossOptions {
  /** What each class counts, `[C]`; 1 when left out. Held while differentiating. */
  readonly classWeights?: Weights;
  /**
   * A target that is left out: its loss is 0, and the mean does not count it. As in PyTorch, -100 when
   * left out.
   */
  readonly ignoreIndex?: number;
}

export const classNames: OptionNames<ClassOptions> = {
  reduction: true,
  classWeights: true,
  ignoreIndex: true,
};

/** Targets in one row for each position, checked, with what each counts. */
export interface WeighedTargets {
  /** Class indices `[n]`, those of ignored targets 0. */
  readonly indices: Tensor;
  /** What each position counts, `[n]`; null if all count 1. */
  readonly weights: Tensor | null;
  /** Which positions count at all, `[n]`; null if all do. */
  readonly kept: Tensor | null;
  /** The sum of the weights, by which the mean divides. */
  readonly total: number;
}

function classAxis(x: Tensor): number {
  return x.rank === 1 ? 0 : 1;
}

/** The shape of one number for each position: that of the scores without their classes. */
export function positionsOf(x: Tensor): Shape {
  return x.shape.filter((_, axis) => axis !== classAxis(x));
}

/** `[N, C, ...]`, or `[C]`, as rows of classes. */
export function classesLast(x: Tensor): Tensor {
  if (x.rank === 2) return x;
  const classes = x.shape[classAxis(x)] ?? 1;
  const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== classAxis(x));
  const last = x.rank === 1 ? x : permute(x, [...others, classAxis(x)]);
  return reshape(last, [classes === 0 ? 0 : x.size / classes, classes]);
}

/**
 * @throws ShapeError unless the targets have the shape of the scores without the classes; DTypeError
 *   unless they are i32 or u8
 */
export function checkClassIndices(op: string, x: Tensor, target: Tensor): void {
  if (x.rank === 0) throw new ShapeError(`${op}: the scores are a scalar; give [N, C]`);
  if (target.dtype !== 'i32' && target.dtype !== 'u8') {
    throw new DTypeError(`${op}: class indices are i32 or u8, not ${target.dtype}; use to('i32')`);
  }
  const expected = positionsOf(x);
  if (!sameShape(expected, target.shape)) {
    throw new ShapeError(
      `${op}: class indices for scores ${formatShape(x.shape)} have the shape ` +
        `${formatShape(expected)}, not ${formatShape(target.shape)}`,
    );
  }
}

/** @throws ShapeError unless there is one weight for each class */
export function classWeightsOf(op: string, weights: Weights, x: Tensor): Tensor {
  const classes = x.shape[classAxis(x)] ?? 1;
  const given = tensorOfWeights(weights, x);
  if (!sameShape(given.shape, [classes])) {
    throw new ShapeError(
      `${op}: the class weights are ${formatShape(given.shape)}; scores ${formatShape(x.shape)} ` +
        `take one for each class, [${classes}]`,
    );
  }
  return given;
}

/** @throws ValueError when a class index is neither in [0, C) nor the one to ignore */
export function weighTargets(
  op: string,
  x: Tensor,
  target: Tensor,
  { classWeights, ignoreIndex = defaultIgnoreIndex }: ClassOptions,
): WeighedTargets {
  const classes = x.shape[classAxis(x)] ?? 1;
  const given = classWeights === undefined ? null : classWeightsOf(op, classWeights, x).toArray();
  const indices = Int32Array.from(cast(target, 'i32').view());
  const weights = new Float64Array(indices.length);
  const keep = new Uint8Array(indices.length).fill(1);
  let total = 0;
  for (const [i, index] of indices.entries()) {
    if (index === ignoreIndex) {
      indices[i] = 0;
      keep[i] = 0;
      continue;
    }
    if (index < 0 || index >= classes) {
      throw new ValueError(
        `${op}: target ${i} is class ${index}, but the scores ${formatShape(x.shape)} have ` +
          `${classes} classes, 0 to ${classes - 1}; ignoreIndex leaves one number out`,
      );
    }
    const weight = given?.[index] ?? 1;
    weights[i] = weight;
    total += weight;
  }
  return {
    indices: tensor(indices),
    weights: given === null ? null : tensor(weights, { dtype: x.dtype }),
    kept: keep.includes(0) ? tensor(keep, { dtype: 'bool' }) : null,
    total,
  };
}

/** The losses of class indices, each as often as its target counts; 0 for those left out. */
export function weighLosses(losses: Tensor, { weights, kept }: WeighedTargets): Tensor {
  const weighed = weights === null ? losses : mul(losses, weights);
  // Not a product: a loss that is left out may be infinite.
  return kept === null ? weighed : where(kept, weighed, 0);
}

/** For class indices `[n]`, which of C classes it is: truth values `[n, C]`. */
export function oneHotMask(indices: Tensor, classes: number): Tensor {
  return eq(unsqueeze(indices, -1), arange(0, classes));
}
