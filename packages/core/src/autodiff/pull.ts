import { mul } from '../ops/elementwise/mul.js';
import { sumTo } from '../ops/reductions/sum-to.js';
import type { Tensor } from '../tensor.js';
import type { Node } from './node.js';
import { localOf, reverseRule, throughActivation } from './rule.js';

/**
 * Pulls the adjoint of a call's output back to each input that is wanted, whatever form the op's
 * derivative has; null for the others.
 */
export function pull(
  node: Node,
  outer: Tensor,
  wanted: readonly boolean[],
): readonly (Tensor | null)[] {
  const { derivative } = node.op;
  if ('pull' in derivative) return derivative.pull(outer, node, wanted);
  const adjoint = throughActivation(node, outer);
  return node.inputs.map((_, i) => (wanted[i] === true ? pullTo(node, i, adjoint) : null));
}

function pullTo(node: Node, i: number, adjoint: Tensor): Tensor {
  const { derivative } = node.op;
  if (!('local' in derivative)) return reverseRule(node, i)(adjoint, node, i);
  const shape = node.inputs[i]?.shape ?? [];
  const fused = derivative.fused?.[i];
  if (fused !== undefined) return sumTo(fused(adjoint, node, i), shape);
  return sumTo(mul(adjoint, localOf(node, i)), shape);
}
