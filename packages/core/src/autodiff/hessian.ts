import type { Tensor } from '../tensor.js';
import { grad } from './grad.js';
import { jacobian } from './jacobian.js';
import type { GradOptions, TensorFunction } from './trace.js';

/**
 * The function of the Hessian: all second derivatives of a function that returns one number, of the
 * input's shape twice. A forward sweep over the gradient for each element of the input.
 *
 * @param options `argnums`: the one argument to differentiate by, the first when left out
 *
 * @example
 * hessian((x: Tensor) => x.pow(3).sum())(tensor([1, 2])); // [[6, 0], [0, 12]]
 */
export function hessian(
  f: TensorFunction,
  options: GradOptions<number> = {},
): (...inputs: Tensor[]) => Tensor {
  const argnums = options.argnums ?? 0;
  return jacobian(grad(f, { argnums }), { argnums, mode: 'forward' });
}
