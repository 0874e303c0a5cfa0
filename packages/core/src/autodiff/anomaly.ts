import { isFloat } from '../dtype.js';
import { engine } from '../engine.js';
import { AnomalyError } from '../errors.js';
import { formatShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { captureCallSite, describeCallSite, traceCalls } from './call-site.js';
import type { Node } from './node.js';

/**
 * Runs `work` and throws where the first NaN or infinity arises, in a forward pass or in a sweep over
 * what was recorded here: the error names the op, the element, and where the op was called. Values that
 * were not finite to begin with, as in a mask of -Infinity, are let through. Every result is searched, so
 * it is slow; the values stay the same.
 * @throws AnomalyError
 *
 * @example
 * detectAnomaly(() => loss(model.forward(x), y).backward());
 */
export function detectAnomaly<T>(work: () => T): T {
  const active = engine();
  const { anomaly } = active;
  active.anomaly = true;
  try {
    return traceCalls(work);
  } finally {
    active.anomaly = anomaly;
  }
}

type Kind = 'finite' | 'infinite' | 'NaN';

/** The worst number in a tensor, and the place of the first such. */
function worst(tensor: Tensor): { kind: Kind; place: number } {
  let place = -1;
  if (!isFloat(tensor.dtype)) return { kind: 'finite', place };
  const values = tensor.view();
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (Number.isFinite(value)) continue;
    if (Number.isNaN(value)) return { kind: 'NaN', place: i };
    if (place < 0) place = i;
  }
  return { kind: place < 0 ? 'finite' : 'infinite', place };
}

/** What is worse in the output than in anything it was made from. */
function arisen(inputs: readonly Tensor[], output: Tensor): string | null {
  const found = worst(output);
  if (found.kind === 'finite') return null;
  const kinds = inputs.map((input) => worst(input).kind);
  const explained = kinds.includes('NaN') || kinds.includes(found.kind);
  return explained
    ? null
    : `element ${found.place} of ${formatShape(output.shape)} is ${found.kind}`;
}

/** @throws AnomalyError when a NaN or an infinity arose in a call */
export function checkFinite(op: string, inputs: readonly Tensor[], output: Tensor): void {
  const problem = arisen(inputs, output);
  if (problem === null) return;
  throw new AnomalyError(
    `${op}: ${problem}, though ${describe(inputs)}${describeCallSite(captureCallSite())}`,
  );
}

/** @throws AnomalyError when a NaN or an infinity arose as an adjoint was pulled back through a call */
export function checkFiniteGradients(
  node: Node,
  adjoint: Tensor,
  parts: readonly (Tensor | null)[],
): void {
  parts.forEach((part, i) => {
    const problem = part === null ? null : arisen([adjoint, ...node.inputs], part);
    if (problem === null) return;
    throw new AnomalyError(
      `backward: in the gradient of ${node.op.name} by its input ${i}, ${problem}, though ` +
        `${describe(node.inputs)}${describeCallSite(node.callSite)}`,
    );
  });
}

/** Between what bounds the operands of an op lie. */
function describe(inputs: readonly Tensor[]): string {
  const ranges = inputs.map((input) => {
    const values = input.view();
    let [least, most] = [Infinity, -Infinity];
    for (const value of values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return values.length === 0 ? 'no bounds, being empty' : `[${least}, ${most}]`;
  });
  const [last = '', ...others] = ranges.reverse();
  if (others.length === 0)
    return last === '' ? 'it has no operands' : `its operand is within ${last}`;
  return `its operands are within ${others.reverse().join(', ')} and ${last}`;
}
