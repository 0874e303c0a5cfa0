import { engine } from '../engine.js';
import { GradientError } from '../errors.js';
import { zerosLike } from '../create.js';
import { alias } from '../ops/alias.js';
import type { Tensor } from '../tensor.js';
import { checkedSeed, ownCopy, sweep, type SweepOptions } from './backward.js';

type ScalarFunction = (...inputs: Tensor[]) => Tensor;

/** Which arguments to differentiate by, counted from 0; the first when left out. */
export interface GradOptions<N extends number | readonly number[]> {
  readonly argnums?: N;
}

type Gradients<N> = N extends readonly number[] ? Tensor[] : Tensor;

/**
 * Turns a function that returns one number into the function of its gradient. It can be nested:
 * `grad(grad(f))` is the second derivative.
 *
 * @example
 * const f = (x: Tensor) => x.square().mul(x).sum(); // x^3
 * grad(f)(tensor(2)).item(); // 12
 */
export function grad<N extends number | readonly number[] = 0>(
  f: ScalarFunction,
  options: GradOptions<N> = {},
): (...inputs: Tensor[]) => Gradients<N> {
  const both = valueAndGrad(f, options);
  return (...inputs) => both(...inputs)[1];
}

/** As `grad`, and returns the value of the function as well: `[value, gradient]`. */
export function valueAndGrad<N extends number | readonly number[] = 0>(
  f: ScalarFunction,
  options: GradOptions<N> = {},
): (...inputs: Tensor[]) => [value: Tensor, gradients: Gradients<N>] {
  const argnums: number | readonly number[] = options.argnums ?? 0;
  const chosen = typeof argnums === 'number' ? [argnums] : argnums;
  return (...inputs) => {
    const active = engine();
    const { recording } = active;
    const nested = recording && inputs.some((input) => input.requiresGrad);
    active.recording = true;
    try {
      // An alias of each input is the leaf of this sweep; it ties the result to an outer one.
      const leaves = inputs.map((input, i) => {
        if (!chosen.includes(i)) return input;
        const leaf = alias(input);
        leaf.requiresGrad = true;
        return leaf;
      });
      const value = f(...leaves);
      const gradients = gradientsOf(
        value,
        chosen.map((i) => {
          const leaf = leaves[i];
          if (leaf === undefined) {
            throw new GradientError(
              `grad: argnums names argument ${i}, but the function was called with ${inputs.length}`,
            );
          }
          return leaf;
        }),
        { createGraph: nested, keepOutput: true },
      );
      return [
        nested ? value : value.detach(),
        (typeof argnums === 'number' ? gradients[0] : gradients) as Gradients<N>,
      ];
    } finally {
      active.recording = recording;
    }
  };
}

export interface GradientsOptions extends Omit<SweepOptions, 'targets'> {
  /** Adjoint of the output, of its shape; may be left out for a tensor of one element. */
  readonly seed?: Tensor;
}

/**
 * Gradients of one number by given tensors, leaving every `grad` alone; zeros where the number does
 * not depend on a tensor.
 */
export function gradientsOf(
  output: Tensor,
  inputs: readonly Tensor[],
  options: GradientsOptions = {},
): Tensor[] {
  const { seed, ...sweepOptions } = options;
  if (!output.requiresGrad && (output.size === 1 || seed !== undefined))
    return inputs.map(zerosLike);
  const targets = new Set(inputs);
  const adjoints = sweep(output, checkedSeed(output, seed), { ...sweepOptions, targets });
  const taken = new Set<unknown>([seed?.storage.owner]);
  return inputs.map((input) => {
    const gradient = adjoints.get(input);
    return gradient === undefined ? zerosLike(input) : ownCopy(gradient, taken);
  });
}
