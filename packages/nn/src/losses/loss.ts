import {
  elementCount,
  formatShape,
  isFloat,
  mul,
  sameShape,
  ShapeError,
  Tensor,
  ValueError,
  type Shape,
} from '@dltrain/core';
import type { ArgumentTable, Arguments, TypeEntry } from '../config/arguments.js';
import { checkComparable, type TargetDescription } from '../targets.js';
import { sumTerms, type Terms } from '../terms.js';

/**
 * A loss as training needs it: of a batch, the sum and the weight that it is to be divided by. Sums
 * and weights of parts of a batch add up to those of the whole, whatever the parts.
 */
export interface Loss {
  readonly name: string;
  /** What `compute` sums, in the library's own: training asks for the terms of several leaves at once. */
  readonly terms?: Terms;
  /** @returns a scalar that can be differentiated, and what it is the sum over */
  compute(output: Tensor, target: Tensor): { readonly sum: Tensor; readonly weight: number };
  /**
   * Compares shapes before anything is trained; both are of one sample.
   * @throws ShapeError saying what does not fit
   */
  check?(outputShape: Shape, target: TargetDescription): void;
}

/** A loss that can tell before training whether it fits. */
export type CheckedLoss = Loss & Required<Pick<Loss, 'check'>>;

/** The loss that is the sum of its terms. Other terms make another loss: call this again. */
export function sumOfTerms(parts: Omit<Required<Loss>, 'compute'>): Required<Loss> {
  return { ...parts, compute: (output, target) => sumTerms(parts.terms, output, target) };
}

/** A loss that a config can name. */
export interface LossType<T extends ArgumentTable = ArgumentTable> extends TypeEntry<T> {
  build(args: Arguments<T>): CheckedLoss;
}

export function lossType<const T extends ArgumentTable>(entry: LossType<T>): LossType<T> {
  return entry;
}

/**
 * The loss that a user's function or object stands for. A function returns the mean over the samples
 * it is given (axis 0), which counts with their number.
 *
 * @throws ValueError when it is neither
 *
 * @example
 * const huber = userLoss((output, target) => huberOf(output.sub(target)).mean());
 */
export function userLoss(loss: unknown): Loss {
  if (isLoss(loss)) return loss;
  if (typeof loss !== 'function') {
    throw new ValueError(
      `a loss is a function (output, target) => mean, or an object with name and compute; this is ${typeof loss}`,
    );
  }
  const name = loss.name === '' ? 'loss' : loss.name;
  return {
    name,
    compute: (output, target) => {
      const mean: unknown = (loss as (output: Tensor, target: Tensor) => unknown)(output, target);
      if (!(mean instanceof Tensor) || mean.size !== 1 || !isFloat(mean.dtype)) {
        const found =
          mean instanceof Tensor
            ? `a tensor ${mean.dtype} ${formatShape(mean.shape)}`
            : typeof mean;
        throw new ShapeError(
          `loss ${name}: it must return one floating-point number in a tensor, the mean over the samples; it returned ${found}`,
        );
      }
      const samples = output.shape[0] ?? 1;
      return { sum: mul(mean, samples), weight: samples };
    },
  };
}

function isLoss(loss: unknown): loss is Loss {
  return (
    typeof loss === 'object' &&
    loss !== null &&
    'name' in loss &&
    typeof loss.name === 'string' &&
    'compute' in loss &&
    typeof loss.compute === 'function'
  );
}

/**
 * Compares outputs `[C, ...]` with class indices `[...]`, or with probabilities of their own shape.
 * @throws ShapeError when they do not fit
 */
export function checkClasses(what: string, output: Shape, target: TargetDescription): void {
  const [scores, ...positions] = output;
  if (scores === undefined || elementCount(output) === 1) {
    throw new ShapeError(
      `${what} takes one score for each class: the model's output is ${formatShape(output)}; for two ` +
        'classes use two outputs, or one with bce_with_logits',
    );
  }
  const { classes, dtype, shape } = target;
  if (!sameShape(shape, isFloat(dtype) ? output : positions)) {
    throw new ShapeError(
      `${what} takes scores [classes] and a class index, or a probability for each class: the model's ` +
        `output is ${formatShape(output)}, a target is ${dtype} ${formatShape(shape)}; end the model ` +
        'with a linear layer of one output a class',
    );
  }
  if (classes !== undefined && classes > scores) {
    throw new ShapeError(
      `${what}: the model has ${scores} outputs, but the targets have ${classes} classes; give its last layer ${classes}`,
    );
  }
}

/**
 * Compares outputs with targets element by element, which have two classes if they are indices.
 * @throws ShapeError when they do not fit
 */
export function checkTwoClasses(what: string, output: Shape, target: TargetDescription): void {
  checkComparable(what, output, target);
  if (target.classes !== undefined && target.classes > 2) {
    throw new ShapeError(
      `${what} tells two classes apart, but the targets have ${target.classes}; use cross_entropy`,
    );
  }
}
