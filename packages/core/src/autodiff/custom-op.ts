import { zerosLike } from '../create.js';
import { isFloat } from '../dtype.js';
import { engine } from '../engine.js';
import { GradientError, ShapeError } from '../errors.js';
import type { AnyOp, Recorded } from '../op.js';
import { formatShape, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
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
        checkGradientsOf(name, parts, call.inputs);
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
        if (!sameShape(tangent.shape, call.output.shape)) {
          throw new ShapeError(
            `${name}: jvp returned ${formatShape(tangent.shape)} for a result ${formatShape(call.output.shape)}`,
          );
        }
        return tangent;
      },
    },
  };
  return (...inputs) => recordCall(op, inputs, () => entry.forward(...inputs));
}

/** Computes without recording, and records the whole as one call of `op`. */
export function recordCall(op: AnyOp, inputs: readonly Tensor[], compute: () => Tensor): Tensor {
  const active = engine();
  const { recording } = active;
  const node = new Node(op, inputs, undefined);
  active.recording = false;
  let output: Tensor;
  try {
    const made = compute();
    // One of its own, in case the function returned an operand or something it holds.
    output = made.detach();
  } finally {
    active.recording = recording;
  }
  if (recording && isFloat(output.dtype) && inputs.some((input) => input.requiresGrad)) {
    node.record(output);
  }
  return output;
}

function checkGradientsOf(
  name: string,
  parts: readonly (Tensor | null)[],
  inputs: readonly Tensor[],
): void {
  if (parts.length !== inputs.length) {
    throw new GradientError(
      `${name}: vjp returned ${parts.length} gradients for ${inputs.length} inputs; return one for each, ` +
        'null where there is none',
    );
  }
  parts.forEach((part, i) => {
    const input = inputs[i];
    if (part === null || input === undefined || sameShape(part.shape, input.shape)) return;
    throw new ShapeError(
      `${name}: vjp returned ${formatShape(part.shape)} for input ${i}, which is ${formatShape(input.shape)}`,
    );
  });
}
