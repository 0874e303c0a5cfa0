import { engine } from '../engine.js';
import { scope } from '../memory/scoped.js';
import type { Tensor } from '../tensor.js';
import { Adjoints } from './adjoints.js';
import { checkFiniteGradients } from './anomaly.js';
import { callsBetween, firstAfter, type Reach } from './graph.js';
import { pull } from './pull.js';
import { releaseSpent } from './spent.js';

export interface SweepOptions extends Reach {
  /** Keep what the forward pass recorded, for another sweep over it. */
  readonly retainGraph?: boolean;
  /** Record the sweep itself, so that its results can be differentiated; implies `retainGraph`. */
  readonly createGraph?: boolean;
  /** Leave the outputs themselves readable for as long as somebody holds them. */
  readonly keepOutput?: boolean;
  /** Tensors to find the adjoints of; every leaf that requires a gradient when left out. */
  readonly targets?: ReadonlySet<Tensor>;
}

/**
 * Reverse mode: one sweep from the outputs, whose adjoints are given, back to the targets.
 *
 * Calls are taken latest first, so each is reached after all that use its result; its adjoint is then
 * complete and is pulled back to its inputs. Contributions add up over all paths.
 *
 * @returns the adjoint of each target that an output depends on, of the target's shape
 */
export function sweep(
  outputs: readonly Tensor[],
  seeds: readonly Tensor[],
  options: SweepOptions = {},
): Map<Tensor, Tensor> {
  const { createGraph = false, retainGraph = false, keepOutput = false, targets } = options;
  const isTarget = (tensor: Tensor) =>
    targets === undefined ? tensor.requiresGrad && tensor.node === null : targets.has(tensor);
  const nodes = callsBetween(isTarget, outputs, {
    since: options.since ?? (targets === undefined ? 0 : firstAfter(targets)),
    independent: options.independent ?? false,
  });
  const isWanted = (input: Tensor) =>
    isTarget(input) || (input.node !== null && nodes.has(input.node));
  const active = engine();
  const { recording, anomaly } = active;
  const run = (): Map<Tensor, Tensor> => {
    const opened = createGraph ? null : active.scope;
    const adjoints = new Adjoints(createGraph);
    outputs.forEach((output, i) => adjoints.contribute(output, seeds[i] ?? output));
    for (const node of [...nodes].reverse()) {
      const adjoint = adjoints.byTensor.get(node.output);
      if (adjoint === undefined) continue;
      const made = opened?.size ?? 0;
      const wanted = node.inputs.map(isWanted);
      const parts = pull(node, adjoint, wanted);
      if (anomaly) checkFiniteGradients(node, adjoint, parts);
      opened?.trim(made, parts, 'during backward()');
      parts.forEach((part, i) => {
        const input = node.inputs[i];
        if (wanted[i] === true && part !== null && input !== undefined) {
          adjoints.contribute(input, part);
        }
      });
      if (!isTarget(node.output)) adjoints.drop(node.output);
    }
    adjoints.end();
    return adjoints.byTensor;
  };
  active.recording = createGraph;
  active.anomaly = false;
  try {
    const found = createGraph ? run() : scope(run);
    if (!retainGraph && !createGraph) releaseSpent(nodes, keepOutput ? outputs : []);
    return found;
  } finally {
    active.recording = recording;
    active.anomaly = anomaly;
  }
}
