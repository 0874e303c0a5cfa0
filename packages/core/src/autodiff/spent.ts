import { engine } from '../engine.js';
import type { Storage } from '../memory/storage.js';
import type { Tensor } from '../tensor.js';
import type { Node } from './node.js';

/**
 * Ends the life of a graph that was swept. Its tensors stay readable until the next sweep has
 * finished, so that an accuracy can be computed after `backward()`.
 */
export function releaseSpent(nodes: Iterable<Node>, survivors: readonly Tensor[]): void {
  const { residency } = engine();
  const kept = new Set(survivors.map(({ storage }) => storage));
  const spent: Storage[] = [];
  for (const node of nodes) {
    const { storage } = node.output;
    // The bytes of an operand, under another name, are not this node's to release.
    const shared = node.inputs.some(
      (input) => input.storage === storage || input.storage.owner === storage,
    );
    if (!shared && !kept.has(storage)) spent.push(storage);
    for (const tensor of node.saved) spent.push(tensor.storage);
    node.spend();
  }
  residency.replaceSpent(spent);
}
