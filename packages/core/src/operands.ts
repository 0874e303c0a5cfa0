import { ValueError } from './errors.js';
import { describeValue } from './describe-value.js';
import { requireList } from './require-list.js';
import { Tensor } from './tensor.js';

/** @throws ValueError for anything but a tensor */
export function requireTensor(op: string, given: unknown): void {
  if (given instanceof Tensor) return;
  throw new ValueError(
    `${op}: takes tensors, not ${describeValue(given)}; make one with tensor(...)`,
  );
}

/** @throws ValueError for anything but a tensor or a number */
export function requireOperand(op: string, given: unknown): void {
  if (typeof given === 'number' || given instanceof Tensor) return;
  throw new ValueError(
    `${op}: takes tensors and numbers, not ${describeValue(given)}; make a tensor with tensor(...)`,
  );
}

/** @throws ValueError for anything but a list of tensors */
export function requireTensors(op: string, given: readonly unknown[]): void {
  requireList(op, 'tensors', given, '[a, b]');
  for (const one of given) requireTensor(op, one);
}
