import type { Tensor } from '../tensor.js';
import { grad } from './grad.js';
import { jvp } from './jvp.js';
import { allOf, type TensorFunction } from './trace.js';

/**
 * The product of the Hessian of a function that returns one number with a vector for each input, without
 * the Hessian itself: a forward sweep over the gradient.
 * @returns the product's part for each input, of its shape
 *
 * @example
 * hvp((x: Tensor) => x.pow(3).sum(), [tensor([1, 2])], [tensor([1, 10])]); // [[6, 120]]
 */
export function hvp(
  f: TensorFunction,
  inputs: readonly Tensor[],
  vectors: readonly Tensor[],
): Tensor[] {
  return jvp(grad(f, { argnums: allOf(inputs) }), inputs, vectors)[1];
}
