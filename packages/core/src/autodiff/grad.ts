import { zerosLike } from '../create.js';
import { checkOptions, type OptionNames } from '../options.js';
import { isFloat } from '../dtype.js';
import type { Tensor } from '../tensor.js';
import { checkedSeed, ownCopy } from './backward.js';
import { sweep, type SweepOptions } from './reverse-sweep.js';
import {
  onlyOutput,
  withTrace,
  type GradOptions,
  type PerArgument,
  type TensorFunction,
} from './trace.js';

const gradNames: OptionNames<GradOptions<number>> = { argnums: true };

/**
 * Turns a function that returns one number into the function of its gradient. It can be nested:
 * `grad(grad(f))` is the second derivative.
 *
 * @example
 * const f = (x: Tensor) => x.square().mul(x).sum(); // x^3
 * grad(f)(tensor(2)).item(); // 12
 */
export function grad<N extends number | readonly number[] = 0>(
  f: TensorFunction,
  options: GradOptions<N> = {},
): (...inputs: Tensor[]) => PerArgument<N> {
  const both = valueAndGrad(f, options);
  return (...inputs) => both(...inputs)[1];
}

/** As `grad`, and returns the value of the function as well: `[value, gradient]`. */
export function valueAndGrad<N extends number | readonly number[] = 0>(
  f: TensorFunction,
  options: GradOptions<N> = {},
): (...inputs: Tensor[]) => [value: Tensor, gradients: PerArgument<N>] {
  checkOptions('grad', options, gradNames);
  const argnums: number | readonly number[] = options.argnums ?? 0;
  const chosen = typeof argnums === 'number' ? [argnums] : argnums;
  return (...inputs) =>
    withTrace('grad', f, inputs, chosen, ({ sources, outputs, tied, since }) => {
      const value = onlyOutput('grad', outputs);
      const gradients = gradientsOf(
        value,
        sources,
        {
          since,
          createGraph: tied,
          keepOutput: true,
        },
        'grad',
      );
      return [
        tied ? value : value.detach(),
        (typeof argnums === 'number' ? gradients[0] : gradients) as PerArgument<N>,
      ];
    });
}

export interface GradientsOptions extends Omit<SweepOptions, 'targets'> {
  /** Adjoint of the output, of its shape; may be left out for a tensor of one element. */
  readonly seed?: Tensor;
}

/**
 * Gradients of one number by given tensors, leaving every `grad` alone; zeros where the number does
 * not depend on a tensor.
 *
 * @param op what errors begin with
 */
export function gradientsOf(
  output: Tensor,
  inputs: readonly Tensor[],
  options: GradientsOptions = {},
  op = 'backward',
): Tensor[] {
  const { seed, ...sweepOptions } = options;
  const constant = !output.requiresGrad && isFloat(output.dtype);
  if (constant && (output.size === 1 || seed !== undefined)) return inputs.map(zerosLike);
  return adjointsOf([output], [checkedSeed(output, seed, op)], inputs, sweepOptions);
}

/** The adjoints of given tensors from those of the outputs; zeros where none depends on a tensor. */
export function adjointsOf(
  outputs: readonly Tensor[],
  seeds: readonly Tensor[],
  inputs: readonly Tensor[],
  options: Omit<SweepOptions, 'targets'> = {},
): Tensor[] {
  const adjoints = sweep(outputs, seeds, { ...options, targets: new Set(inputs) });
  const taken = new Set<unknown>(seeds.map((seed) => seed.storage.owner));
  return inputs.map((input) => {
    const adjoint = adjoints.get(input);
    return adjoint === undefined ? zerosLike(input) : ownCopy(adjoint, taken);
  });
}
