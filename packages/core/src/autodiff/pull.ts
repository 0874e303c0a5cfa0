import { GradientError } from '../errors.js';
import { mul } from '../ops/mul.js';
import { sumTo } from '../ops/sum-to.js';
import type { Tensor } from '../tensor.js';
import type { Node } from './node.js';

/** Pulls the adjoint of a node's output back to its input `i`, whatever form its rule has. */
export function pull(node: Node, i: number, adjoint: Tensor): Tensor {
  const { derivative } = node.op;
  if ('local' in derivative) {
    const shape = node.inputs[i]?.shape ?? [];
    const fused = derivative.fused?.[i];
    if (fused !== undefined) return sumTo(fused(adjoint, node), shape);
    const local = derivative.local[i];
    if (local !== undefined) return sumTo(mul(adjoint, local(node)), shape);
  } else if ('transpose' in derivative) {
    const rule = derivative.transpose[i];
    if (rule !== undefined) return rule(adjoint, node);
  } else if ('vjp' in derivative) {
    const rule = derivative.vjp[i];
    if (typeof rule === 'function') return rule(adjoint, node);
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
