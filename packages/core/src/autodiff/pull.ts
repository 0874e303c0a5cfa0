import { GradientError } from '../errors.js';
import { mul } from '../ops/mul.js';
import { sumTo } from '../ops/sum-to.js';
import type { Tensor } from '../tensor.js';
import type { Node } from './node.js';

/**
 * The adjoint of a node's output on the inner side of an activation fused behind the op; the adjoint
 * itself where there is none.
 */
export function pullThroughActivation(node: Node, adjoint: Tensor): Tensor {
  const { derivative } = node.op;
  const rule = 'vjp' in derivative ? derivative.activation : undefined;
  return rule === undefined ? adjoint : rule(adjoint, node, 0);
}

/** Pulls the adjoint of a node's output back to its input `i`, whatever form its rule has. */
export function pull(node: Node, i: number, adjoint: Tensor): Tensor {
  const { derivative } = node.op;
  if ('local' in derivative) {
    const shape = node.inputs[i]?.shape ?? [];
    const fused = derivative.fused?.[i];
    if (fused !== undefined) return sumTo(fused(adjoint, node, i), shape);
    const local = derivative.local[i];
    if (local !== undefined) return sumTo(mul(adjoint, local(node)), shape);
  } else if ('transpose' in derivative) {
    const { transpose } = derivative;
    const rule = typeof transpose === 'function' ? transpose : transpose[i];
    if (rule !== undefined) return rule(adjoint, node, i);
  } else if ('vjp' in derivative) {
    const rule = derivative.vjp[i];
    if (typeof rule === 'function') return rule(adjoint, node, i);
    if (rule !== undefined) throw missing(node, i, rule.nondifferentiable);
  } else {
    throw missing(node, i, derivative.nondifferentiable);
  }
  throw missing(node, i, 'the op takes fewer inputs');
}

function missing(node: Node, i: number, reason: string): GradientError {
  return new GradientError(
    `backward: ${node.op.name} has no derivative by its input ${i}: ${reason}; detach() that input`,
  );
}
