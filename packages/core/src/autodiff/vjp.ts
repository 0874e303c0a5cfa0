import { engine } from '../engine.js';
import { DTypeError, ShapeError } from '../errors.js';
import { formatShape, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { adjointsOf } from './grad.js';
import { allOf, withTrace, type Like } from './trace.js';

/** From a cotangent for each result, the product with the Jacobian by each input. */
type PullBack<R> = (
  cotangents: R extends readonly Tensor[] ? readonly Tensor[] : Tensor,
) => Tensor[];

/**
 * Reverse mode: the value of `f` at the inputs, and the function that takes a cotangent `u` of the
 * result's shape to `uT J`, one product for each input. It may be called any number of times; `f` runs
 * once.
 * @throws ShapeError when a cotangent has another shape than the result, DTypeError another dtype
 *
 * @example
 * const [y, pullBack] = vjp((x: Tensor) => x.square(), tensor([1, 2, 3]));
 * pullBack(tensor([1, 10, 100])); // [[2, 40, 600]]
 */
export function vjp<R extends Tensor | readonly Tensor[] = Tensor>(
  f: (...inputs: Tensor[]) => R,
  ...inputs: Tensor[]
): [value: Like<R>, pullBack: PullBack<R>] {
  return withTrace('vjp', f, inputs, allOf(inputs), ({ sources, outputs, tied, since, form }) => {
    const value = form(tied ? outputs : outputs.map((output) => output.detach()));
    const pullBack = (cotangents: Tensor | readonly Tensor[]): Tensor[] => {
      const seeds = 'storage' in cotangents ? [cotangents] : cotangents;
      checkShapes('vjp', 'cotangent', 'result', seeds, outputs);
      const createGraph = engine().recording && (tied || seeds.some((seed) => seed.requiresGrad));
      return adjointsOf(outputs, seeds, sources, {
        since,
        createGraph,
        retainGraph: true,
        keepOutput: true,
      });
    };
    return [value, pullBack];
  });
}

/** @throws ShapeError or DTypeError when vectors are not like what they belong to */
export function checkShapes(
  name: string,
  vector: string,
  owner: string,
  vectors: readonly Tensor[],
  owners: readonly Tensor[],
): void {
  if (vectors.length !== owners.length) {
    throw new ShapeError(
      `${name}: ${vectors.length} ${vector}s for ${owners.length} ${owner}s; give one for each`,
    );
  }
  owners.forEach(({ shape, dtype }, i) => {
    const given = vectors[i];
    if (given === undefined) return;
    if (!sameShape(given.shape, shape)) {
      throw new ShapeError(
        `${name}: ${vector} ${i} is ${formatShape(given.shape)}, but its ${owner} is ${formatShape(shape)}; ` +
          'they must be equal',
      );
    }
    if (given.dtype !== dtype) {
      throw new DTypeError(
        `${name}: ${vector} ${i} is ${given.dtype}, but its ${owner} is ${dtype}; convert with to('${dtype}')`,
      );
    }
  });
}
