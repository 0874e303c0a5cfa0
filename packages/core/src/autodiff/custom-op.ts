import { isFloat } from '../dtype.js';
import { engine } from '../engine.js';
import { GradientError, ShapeError } from '../errors.js';
import type { AnyOp } from '../op.js';
import { formatShape, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { Node } from './node.js';

/** A call of a user's op, as its rules see it. */
export interface CustomCall {
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

export interface CustomOp {
  /** For errors and pictures. */
  readonly name: string;
  /** Computes the result; what happens inside is not recorded. */
  readonly forward: (...inputs: Tensor[]) => Tensor;
  /**
   * Reverse mode: from the gradient of the result that of each input, of its shape; null for an input
   * without a derivative. Written in ops, so that it can be differentiated again.
   */
  readonly vjp: (gradient: Tensor, call: CustomCall) => readonly (Tensor | null)[];
  /** Forward mode: from the tangent of each input, null where it does not vary, that of the result. */
  readonly jvp?: (tangents: readonly (Tensor | null)[], call: CustomCall) => Tensor;
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
 *   forward: (x) => x.round(),
 *   vjp: (gradient) => [gradient],
 *   jvp: ([tangent]) => tangent,
 * });
 */
export function customOp(entry: CustomOp): (...inputs: Tensor[]) => Tensor {
  const { name } = entry;
  const op: AnyOp = {
    name,
    arity: 'any',
    forward: ({ inputs }) => entry.forward(...inputs),
    derivative: {
      pull: (gradient, { inputs, output }) => {
        const parts = entry.vjp(gradient, { inputs, output });
        checkGradientsOf(name, parts, inputs);
        return parts;
      },
      push: (tangents, { inputs, output }) => {
        if (entry.jvp === undefined) {
          throw new GradientError(
            `jvp: ${name} has no forward rule; give customOp a jvp, or use reverse mode`,
          );
        }
        const tangent = entry.jvp(tangents, { inputs, output });
        if (!sameShape(tangent.shape, output.shape)) {
          throw new ShapeError(
            `${name}: jvp returned ${formatShape(tangent.shape)} for a result ${formatShape(output.shape)}`,
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
