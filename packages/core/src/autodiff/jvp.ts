import { zerosLike } from '../create.js';
import type { Tensor } from '../tensor.js';
import { ownCopy } from './backward.js';
import { sweepForward } from './forward-sweep.js';
import { allOf, withTrace, type Like } from './trace.js';
import { checkShapes } from './vjp.js';

/**
 * Forward mode: the value of `f` at the inputs, and the tangent `J t` of the result for a tangent of each
 * input. One sweep, whatever the size of the result; `f` runs once.
 * @throws ShapeError when a tangent has another shape than its input; GradientError when an op on the
 *   way states no derivative
 *
 * @example
 * const [y, tangent] = jvp((x: Tensor) => x.square(), [tensor([1, 2, 3])], [tensor([1, 0, 10])]);
 * tangent; // [2, 0, 60]
 */
export function jvp<R extends Tensor | readonly Tensor[] = Tensor>(
  f: (...inputs: Tensor[]) => R,
  primals: readonly Tensor[],
  tangents: readonly Tensor[],
): [value: Like<R>, tangent: Like<R>] {
  checkShapes('jvp', 'tangent', 'input', tangents, primals);
  return withTrace('jvp', f, primals, allOf(primals), (trace) => {
    const { sources, outputs, tied, since, form } = trace;
    const recorded = tied || (trace.recording && tangents.some((tangent) => tangent.requiresGrad));
    const found = sweepForward(sources, tangents, outputs, { since, recorded });
    const taken = new Set<unknown>(tangents.map(({ storage }) => storage.owner));
    const pushed = outputs.map((output) => {
      const tangent = found.get(output);
      return tangent === undefined ? zerosLike(output) : ownCopy(tangent, taken);
    });
    return [form(tied ? outputs : outputs.map((output) => output.detach())), form(pushed)];
  });
}
