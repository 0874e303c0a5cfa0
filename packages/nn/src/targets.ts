import {
  cast,
  elementCount,
  formatShape,
  isFloat,
  reshape,
  sameShape,
  ShapeError,
  type DType,
  type Shape,
  type Tensor,
} from '@dltrain/core';

/** What is known of the targets before training. */
export interface TargetDescription {
  readonly dtype: DType;
  /** Shape of one target; `[]` for a class index or a single number. */
  readonly shape: Shape;
  /** How many classes there are, where targets are class indices. */
  readonly classes?: number;
}

/**
 * Targets in the dtype and shape of outputs, for what compares them element by element. Whole
 * numbers are converted; a batch of single numbers may be [N] or [N, 1].
 *
 * @throws ShapeError when the shapes differ otherwise: nothing is stretched
 */
export function targetsLike(what: string, output: Tensor, target: Tensor): Tensor {
  if (!comparable(output.shape, target.shape)) {
    throw new ShapeError(
      `${what}: outputs ${formatShape(output.shape)} and targets ${formatShape(target.shape)} must have one shape`,
    );
  }
  const sameKind = isFloat(output.dtype) ? cast(target, output.dtype) : target;
  return sameShape(output.shape, sameKind.shape) ? sameKind : reshape(sameKind, output.shape);
}

/** @throws ShapeError unless one output and one target can be compared element by element */
export function checkComparable(what: string, output: Shape, target: TargetDescription): void {
  if (!comparable([1, ...output], [1, ...target.shape])) {
    throw new ShapeError(
      `${what} compares outputs with targets element by element: the model's output is ` +
        `${formatShape(output)}, a target is ${formatShape(target.shape)}; change the last layer`,
    );
  }
}

function comparable(output: Shape, target: Shape): boolean {
  if (sameShape(output, target)) return true;
  return (
    output[0] === target[0] &&
    elementCount(output) === output[0] &&
    elementCount(target) === target[0]
  );
}
