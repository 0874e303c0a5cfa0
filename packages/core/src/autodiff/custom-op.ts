import { zerosLike } from '../create.js';
import { engine } from '../engine.js';
import { DTypeError, GradientError, ShapeError } from '../errors.js';
import { conclude, type AnyOp, type Recorded } from '../op.js';
import { clone } from '../ops/shape/clone.js';
import { formatShape, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { Node } from './node.js';

/** A call of a user's op, as its rules see it; `I` are its inputs. */
export interface CustomCall<I extends readonly Tensor[] = readonly Tensor[]> {
  readonly inputs: I;
  readonly output: Tensor;
}

export interface CustomOp<I extends readonly Tensor[] = readonly Tensor[]> {
  /** For errors and pictures. */
  readonly name: string;
  /** Computes the result; what happens inside is not recorded. */
  readonly forward: (...inputs: I) => Tensor;
  /**
   * Reverse mode: from the gradient of the result that of each input, of its shape; null for an input
   * without a derivative. Written in ops, so that it can be differentiated again.
   */
  readonly vjp: (gradient: Tensor, call: CustomCall<I>) => readonly (Tensor | null)[];
  /** Forward mode: from the tangent of each input, zeros where it does not vary, that of the result. */
  readonly jvp?: (tangents: I, call: CustomCall<I>) => Tensor;
}

/**
 * Makes an op with derivatives of the user's own. `checkGradients` tells whether they are right.
 * @throws GradientError, when a sweep reaches it, if a rule returns too few gradients or wrong shapes, or
 *   forward mode is asked for and `jvp` was left out
 *
 * @example
 * // Rounds, but passes the gradient on as if it did not.
 * const straightThrough = customOp({
 *   name: 'straightThrough',
 *   forward: (x: Tensor) => x.round(),
 *   vjp: (gradient) => [gradient],
 *   jvp: ([tangent]) => tangent,
 * });
 */
export function customOp<I extends readonly Tensor[]>(
  entry: CustomOp<I>,
): (...inputs: I) => Tensor {
  const { name } = entry;
  const callOf = ({ inputs, output }: Recorded): CustomCall<I> => ({
    inputs: inputs as unknown as I,
    output,
  });
  const op: AnyOp = {
    name,
    arity: 'any',
    forward: ({ inputs }) => entry.forward(...(inputs as unknown as I)),
    derivative: {
      pull: (gradient, call) => {
        const parts = entry.vjp(gradient, callOf(call));
        checkRule(name, parts, call.inputs);
        return parts;
      },
      push: (tangents, call) => {
        if (entry.jvp === undefined) {
          throw new GradientError(
            `jvp: ${name} has no forward rule; give customOp a jvp, or use reverse mode`,
          );
        }
        const all = call.inputs.map((input, i) => tangents[i] ?? zerosLike(input));
        const tangent = entry.jvp(all as unknown as I, callOf(call));
        checkAlike(`${name}: jvp`, tangent, 'the result', call.output);
        return tangent;
      },
    },
  };
  return (...inputs) => recordCall(op, inputs, () => entry.forward(...inputs));
}

/**
 * Computes without recording, and records the whole as one call of `op`. What the function did not make
 * itself, since the tick `since`, is copied: the graph gives its results back, and they are somebody
 * else's.
 */
export function recordCall(
  op: AnyOp,
  inputs: readonly Tensor[],
  compute: () => Tensor,
  since = engine().residency.tick,
): Tensor {
  const active = engine();
  const { recording } = active;
  const call = new Node(op, inputs, undefined);
  active.recording = false;
  let output: Tensor;
  try {
    const made: unknown = compute();
    if (!(made instanceof Tensor)) {
      throw new GradientError(
        `${op.name}: the function returned ${typeof made}; return one tensor`,
      );
    }
    const { owner } = made.storage;
    output = owner === undefined || owner.born <= since ? clone(made).detach() : made.detach();
  } finally {
    active.recording = recording;
  }
  conclude(call, inputs, output);
  return output;
}

function checkRule(
  name: string,
  parts: readonly (Tensor | null)[],
  inputs: readonly Tensor[],
): void {
  const isList: boolean = Array.isArray(parts);
  if (!isList || parts.length !== inputs.length) {
    const given = isList ? `${parts.length} gradients` : 'no list of gradients';
    throw new GradientError(
      `${name}: vjp returned ${given} for ${inputs.length} inputs; return one for each, null where there ` +
        'is none',
    );
  }
  parts.forEach((part, i) => {
    const input = inputs[i];
    if (part !== null && input !== undefined) checkAlike(`${name}: vjp`, part, `input ${i}`, input);
  });
}

/** @throws ShapeError or DTypeError when what a rule returned is not like what it belongs to */
function checkAlike(rule: string, returned: Tensor, owner: string, like: Tensor): void {
  if (!sameShape(returned.shape, like.shape)) {
    throw new ShapeError(
      `${rule} returned ${formatShape(returned.shape)} for ${owner}, which is ${formatShape(like.shape)}`,
    );
  }
  if (returned.dtype !== like.dtype) {
    throw new DTypeError(
      `${rule} returned ${returned.dtype} for ${owner}, which is ${like.dtype}; convert with to('${like.dtype}')`,
    );
  }
}
