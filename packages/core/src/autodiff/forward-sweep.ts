import { engine } from '../engine.js';
import { scope } from '../memory/scoped.js';
import type { Tensor } from '../tensor.js';
import { callsBetween, firstAfter, type Reach } from './graph.js';
import { push } from './push.js';

export interface ForwardOptions extends Reach {
  /** Record the sweep itself, so that its results can be differentiated. */
  readonly recorded?: boolean;
}

/**
 * Forward mode: one sweep from the sources, whose tangents are given, on to the outputs. Calls are taken
 * in the order in which they were made, and the tangents of each one's inputs are pushed on to its
 * result.
 *
 * @returns the tangent of everything that depends on a source, of the shape of the tensor it belongs to
 */
export function sweepForward(
  sources: readonly Tensor[],
  tangents: readonly Tensor[],
  outputs: readonly Tensor[],
  { recorded = false, ...reach }: ForwardOptions = {},
): Map<Tensor, Tensor> {
  const targets = new Set(sources);
  const nodes = callsBetween((tensor) => targets.has(tensor), outputs, {
    since: firstAfter(sources),
    ...reach,
  });
  const run = (): Map<Tensor, Tensor> => {
    const byTensor = new Map<Tensor, Tensor>();
    sources.forEach((source, i) => byTensor.set(source, tangents[i] ?? source));
    for (const node of nodes) {
      const parts = node.inputs.map((input) => byTensor.get(input) ?? null);
      byTensor.set(node.output, push(node, parts));
    }
    return byTensor;
  };
  const active = engine();
  const { recording } = active;
  active.recording = recorded;
  try {
    return recorded ? run() : scope(run);
  } finally {
    active.recording = recording;
  }
}
