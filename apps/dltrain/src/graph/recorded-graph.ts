import { GradientError } from '@dltrain/core';
import type { Node, Tensor } from '@dltrain/core';

/**
 * Every call that a tensor was made by, each after all that it depends on.
 *
 * @throws GradientError when nothing was recorded, or a backward pass has dropped what was
 */
export function recordedNodes(output: Tensor): Node[] {
  const { node: last } = output;
  if (last === null) {
    throw new GradientError(
      'this tensor has no graph: nothing was recorded when it was made; let its input or a parameter ' +
        'require a gradient, and compute it outside noGrad()',
    );
  }
  const found = new Set([last]);
  // The set grows while it is walked.
  for (const node of found) {
    if (node.inputs.length === 0) {
      throw new GradientError(
        `the graph of this tensor is used up at ${node.op.name}: a backward pass has dropped it; look at ` +
          'the graph before, or pass { retainGraph: true } to backward()',
      );
    }
    for (const input of node.inputs) if (input.node !== null) found.add(input.node);
  }
  return [...found].sort((a, b) => a.id - b.id);
}
