import type { Tensor } from '../tensor.js';
import type { Node } from './node.js';

/** How far a sweep looks. */
export interface Reach {
  /** The first call that can depend on a source: nothing before it is looked at. */
  readonly since?: number;
  /** Sources are ends: what lies behind one is not looked at, even if that is a source, too. */
  readonly independent?: boolean;
}

/**
 * The recorded calls on paths from the sources to the outputs, in the order in which they were made:
 * each comes after all that it depends on.
 */
export function callsBetween(
  sources: (tensor: Tensor) => boolean,
  outputs: readonly Tensor[],
  { since = 0, independent = false }: Reach = {},
): Set<Node> {
  const behind = new Set<Node>();
  const pending: Node[] = [];
  const reach = (tensor: Tensor) => {
    const { node } = tensor;
    if (node !== null && node.id >= since && !(independent && sources(tensor))) pending.push(node);
  };
  outputs.forEach(reach);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (behind.has(node)) continue;
    behind.add(node);
    node.inputs.forEach(reach);
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

/** The first call that can depend on one of the sources. */
export function firstAfter(sources: Iterable<Tensor>): number {
  let first = Infinity;
  for (const { node } of sources) first = Math.min(first, node === null ? 0 : node.id + 1);
  return first === Infinity ? 0 : first;
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
