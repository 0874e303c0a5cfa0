import { engine } from '../engine.js';
import { GradientError, ShapeError } from '../errors.js';
import { clone } from '../ops/clone.js';
import { add } from '../ops/add.js';
import { scope } from '../scoped.js';
import { formatShape, sameShape } from '../shape.js';
import type { Storage } from '../storage.js';
import { literal } from '../literal.js';
import { Tensor } from '../tensor.js';
import { Adjoints } from './adjoints.js';
import { pull, pullThroughActivation } from './pull.js';
import type { Node } from './node.js';

export interface BackwardOptions {
  /** Keep what the forward pass recorded, for another sweep over it. */
  readonly retainGraph?: boolean;
  /** Record the sweep itself, so that its results can be differentiated; implies `retainGraph`. */
  readonly createGraph?: boolean;
}

export interface SweepOptions extends BackwardOptions {
  /** Leave the output itself readable for as long as somebody holds it. */
  readonly keepOutput?: boolean;
  /** Tensors to find the adjoints of; every leaf that requires a gradient when left out. */
  readonly targets?: ReadonlySet<Tensor>;
}

/**
 * Reverse mode: one sweep from `output` back to the targets.
 *
 * Nodes are taken in descending order of their calls, so each is reached after all that use it; its
 * adjoint is then complete and is pulled back to its inputs. Contributions add up over all paths.
 *
 * @returns the adjoint of each target that `output` depends on, of the target's shape
 */
export function sweep(
  output: Tensor,
  seed: Tensor,
  options: SweepOptions = {},
): Map<Tensor, Tensor> {
  const { createGraph = false, retainGraph = createGraph, keepOutput = false, targets } = options;
  const isTarget = (tensor: Tensor) =>
    targets === undefined ? tensor.requiresGrad && tensor.node === null : targets.has(tensor);
  const nodes = nodesBetween(isTarget, lastBefore(targets), output);
  const isWanted = (input: Tensor) =>
    isTarget(input) || (input.node !== null && nodes.has(input.node));
  const pullBack = (node: Node, outer: Tensor): (Tensor | null)[] => {
    const adjoint = pullThroughActivation(node, outer);
    return node.inputs.map((input, i) => (isWanted(input) ? pull(node, i, adjoint) : null));
  };
  const run = (): Map<Tensor, Tensor> => {
    const opened = createGraph ? null : engine().scope;
    const adjoints = new Adjoints(createGraph);
    adjoints.contribute(output, seed);
    for (const node of nodes) {
      const outer = adjoints.byTensor.get(node.output);
      if (outer === undefined) continue;
      const made = opened?.size ?? 0;
      const parts = pullBack(node, outer);
      opened?.trim(made, parts, 'during backward()');
      node.inputs.forEach((input, i) => {
        const part = parts[i];
        if (part) adjoints.contribute(input, part);
      });
      if (!isTarget(node.output)) adjoints.drop(node.output);
    }
    return adjoints.byTensor;
  };
  const { recording } = engine();
  engine().recording = createGraph;
  try {
    const found = createGraph ? run() : scope(run);
    if (!retainGraph) releaseSpent(nodes, keepOutput ? output.storage : null);
    return found;
  } finally {
    engine().recording = recording;
  }
}

/** The recorded calls on paths from the targets to `output`, latest first. */
function nodesBetween(
  isTarget: (tensor: Tensor) => boolean,
  oldest: number,
  output: Tensor,
): Set<Node> {
  const behind = new Set<Node>();
  const pending = output.node === null ? [] : [output.node];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (behind.has(node) || node.id <= oldest) continue;
    behind.add(node);
    for (const input of node.inputs) if (input.node !== null) pending.push(input.node);
  }
  const ascending = [...behind].sort((a, b) => a.id - b.id);
  const between = new Set<Node>();
  const leads = (input: Tensor) =>
    isTarget(input) || (input.node !== null && between.has(input.node));
  for (const node of ascending) {
    node.check();
    if (node.inputs.some(leads)) between.add(node);
  }
  return new Set([...between].reverse());
}

/** The latest call before which nothing depends on any target; -1 where that is unknown. */
function lastBefore(targets: ReadonlySet<Tensor> | undefined): number {
  let oldest = targets === undefined ? -1 : Infinity;
  for (const { node } of targets ?? []) oldest = Math.min(oldest, node?.id ?? -1);
  return oldest;
}

/**
 * Ends the life of a graph that was swept. Its tensors stay readable until the next sweep has
 * finished, so that an accuracy can be computed after `backward()`.
 */
function releaseSpent(nodes: ReadonlySet<Node>, survivor: Storage | null): void {
  const { residency } = engine();
  const spent: Storage[] = [];
  for (const node of nodes) {
    const { storage } = node.output;
    // The bytes of an operand, under another name, are not this node's to release.
    const shared = node.inputs.some(
      (input) => input.storage === storage || input.storage.owner === storage,
    );
    if (!shared && storage !== survivor) spent.push(storage);
    for (const tensor of node.saved) spent.push(tensor.storage);
    node.spend();
  }
  residency.replaceSpent(spent);
}

/**
 * Computes the gradient of a scalar with respect to every leaf it depends on and adds it to the
 * leaf's `grad`.
 *
 * @param seed adjoint of `output`, of its shape; may be left out for a tensor of one element
 * @throws GradientError when nothing was recorded or the graph was used before
 *
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * backward(w.mul(w).sum());
 * w.grad; // [2, 4]
 */
export function backward(output: Tensor, seed?: Tensor, options: BackwardOptions = {}): void {
  const leaves = sweep(output, checkedSeed(output, seed), options);
  const taken = new Set<unknown>([seed?.storage.owner]);
  for (const [leaf, gradient] of leaves) {
    if (leaf.grad === null) leaf.grad = ownCopy(gradient, taken);
    else if (options.createGraph) leaf.grad = add(leaf.grad, gradient);
    else accumulate(leaf.grad, gradient);
  }
}

/** The tensor itself, or a copy when it shares its bytes with one that was taken, or with nothing. */
export function ownCopy(gradient: Tensor, taken: Set<unknown>): Tensor {
  const { owner } = gradient.storage;
  const own = owner === gradient.storage && !taken.has(owner);
  taken.add(owner);
  return own ? gradient : clone(gradient);
}

/** Adds a gradient to one that is there, in place, so that it may live wherever its owner put it. */
function accumulate(target: Tensor, gradient: Tensor): void {
  const active = engine();
  active.nextOp();
  gradient.address();
  const to = target.address();
  active.kernel('add', target.dtype)(to, to, gradient.address(), target.size, 0);
  target.storage.version++;
}

/**
 * The seed of a sweep from `output`: the given one if it fits, else 1 for a single element. That one
 * is a constant, which no sweep has to give back.
 */
export function checkedSeed(output: Tensor, seed: Tensor | undefined): Tensor {
  if (!output.requiresGrad) {
    throw new GradientError(
      'backward: this tensor does not depend on anything that requires a gradient: set requiresGrad on a ' +
        'leaf before the forward pass, outside noGrad(). No gradient passes through whole numbers and ' +
        'truth values (to, argmax, comparisons) or detach()',
    );
  }
  if (seed !== undefined) {
    if (!sameShape(seed.shape, output.shape)) {
      throw new ShapeError(
        `backward: the seed has shape ${formatShape(seed.shape)}, the tensor ${formatShape(output.shape)}; they must be equal`,
      );
    }
    return seed;
  }
  if (output.size !== 1) {
    throw new GradientError(
      `backward: a tensor of shape ${formatShape(output.shape)} is not one number; reduce it with ` +
        'sum() or mean(), or pass a seed of its shape',
    );
  }
  return new Tensor(output.shape, output.dtype, literal(1, output.dtype).storage);
}
