import {
  defaultIgnoreIndex,
  isFloat,
  type ClassOptions,
  type Shape,
  type Tensor,
} from '@dltrain/core';
import { ArgumentError, type ArgumentTable } from '../config/arguments.js';

/** The arguments by which losses of class indices count them. */
export const classArguments = {
  classWeights: {
    kind: 'numbers',
    default: null,
    min: 0,
    doc: 'What each class counts, in the order of the outputs; 1 each when left out.',
  },
  ignoreIndex: {
    kind: 'int',
    default: null,
    doc: 'A target that does not count, such as -1; -100 when left out, as in PyTorch.',
  },
} as const satisfies ArgumentTable;

/** What the targets of a batch count together: class indices their weights, shares 1 a position. */
export function targetWeight(
  target: Tensor,
  {
    classWeights,
    ignoreIndex = defaultIgnoreIndex,
  }: Pick<ClassOptions, 'classWeights' | 'ignoreIndex'>,
): number {
  // Of shares, the axis of the classes is one position.
  if (isFloat(target.dtype)) return target.size / (target.shape[1] ?? 1);
  const weights = classWeights && 'shape' in classWeights ? classWeights.toArray() : classWeights;
  let total = 0;
  for (const index of target.view()) {
    if (index !== ignoreIndex) total += weights === undefined ? 1 : (weights[index] ?? 0);
  }
  return total;
}

/** @throws ArgumentError unless there is a weight for each score of `[C, ...]` */
export function checkClassWeights(
  what: string,
  output: Shape,
  classWeights: readonly number[] | undefined,
): void {
  if (classWeights === undefined || classWeights.length === output[0]) return;
  throw new ArgumentError(
    `${what}: there are ${classWeights.length} class weights, but the model has ${output[0]} outputs; give one for each`,
    'classWeights',
  );
}
