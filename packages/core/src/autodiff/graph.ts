import type { Tensor } from '../tensor.js';
import type { Node } from './node.js';

/**
 * The recorded calls on paths from the sources to the outputs, in the order in which they were made:
 * each comes after all that it depends on.
 */
export function callsBetween(
  sources: (tensor: Tensor) => boolean,
  outputs: readonly Tensor[],
  oldest = -1,
): Set<Node> {
  const behind = new Set<Node>();
  const pending = outputs.flatMap(({ node }) => (node === null ? [] : [node]));
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (behind.has(node) || node.id <= oldest) continue;
    behind.add(node);
    for (const input of node.inputs) if (input.node !== null) pending.push(input.node);
  }
  const between = new Set<Node>();
  const leads = (input: Tensor) =>
    sources(input) || (input.node !== null && between.has(input.node));
  for (const node of [...behind].sort((a, b) => a.id - b.id)) {
    node.check();
    if (node.inputs.some(leads)) between.add(node);
  }
  return between;
}

/** The latest call before which nothing depends on any source; -1 where there is none. */
export function lastBefore(sources: Iterable<Tensor>): number {
  let oldest = Infinity;
  for (const { node } of sources) oldest = Math.min(oldest, node?.id ?? -1);
  return oldest;
}

/** Whether the outputs depend on anything that requires a gradient but is not, or is behind, a source. */
export function dependsOnOthers(sources: readonly Tensor[], outputs: readonly Tensor[]): boolean {
  if (sources.some(({ node }) => node !== null)) return true;
  for (const output of outputs) if (walkBehind(sources, output).next().done !== true) return true;
  return false;
}

/** What an output depends on besides the sources: leaves, and results from before `oldest`. */
export function othersBehind(sources: readonly Tensor[], output: Tensor, oldest: number): Tensor[] {
  return [...walkBehind(sources, output, oldest)];
}

function* walkBehind(
  sources: readonly Tensor[],
  output: Tensor,
  oldest = -1,
): Generator<Tensor, void> {
  const seen = new Set(sources);
  const pending = [output];
  for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    if (tensor.node === null ? tensor.requiresGrad : tensor.node.id < oldest) yield tensor;
    else if (tensor.node !== null) pending.push(...tensor.node.inputs);
  }
}
