import { noGrad, pull, sweep, sweepForward, tensor, Tensor, type Node } from '@dltrain/core';
import { compute } from './compute.js';
import { labelOf } from './label.js';
import type { Term } from './term.js';

/** A variable, or a call that was recorded: a line of the forward trace. */
export interface Step {
  /** `v-1`, `v0` for variables, `v1`, `v2` for calls. */
  readonly name: string;
  /** What it is made of: `x1 * x2`. */
  readonly label: string;
  /** The op that was recorded; null for a variable. */
  readonly op: string | null;
  /** The steps and numbers that go in. */
  readonly inputs: readonly string[];
  readonly value: number;
  /** The derivative of this step by each variable that was asked for. */
  readonly tangents: ReadonlyMap<string, number>;
  /** The derivative of the result by this step. */
  readonly adjoint: number;
}

/** One share of an adjoint, pulled back through a call: a line of the reverse trace. */
export interface Contribution {
  /** The call it comes through. */
  readonly from: Step;
  /** The step whose adjoint it is a share of. */
  readonly to: Step;
  /** Derivative of `from` by this input. */
  readonly local: number;
  /** Adjoint of `from` times `local`. */
  readonly share: number;
  /** The adjoint of `to` so far. */
  readonly sum: number;
}

export interface Trace {
  readonly variables: readonly Step[];
  readonly calls: readonly Step[];
  readonly contributions: readonly Contribution[];
  readonly value: number;
}

/**
 * Computes a term that depends on variables, and reads values, tangents and adjoints off the graph that
 * was recorded: one forward sweep for each of the variables in `wrt`, and one reverse sweep.
 */
export function traceTerm(
  term: Term,
  values: ReadonlyMap<string, number>,
  wrt: readonly string[],
): Trace {
  const leaves = new Map<string, Tensor>();
  for (const [name, value] of values) {
    leaves.set(name, tensor(value, { dtype: 'f64', requiresGrad: true }));
  }
  const output = compute(term, leaves);
  if (!(output instanceof Tensor)) throw new Error('a number has no trace');
  const nodes = nodesBehind(output);
  const one = tensor(1, { dtype: 'f64' });
  const tensors = [...leaves.values(), ...nodes.map((node) => node.output)];
  const adjoints = sweep([output], [one], { targets: new Set(tensors), retainGraph: true });
  const tangents = wrt.map((name) => {
    const leaf = leaves.get(name);
    if (leaf === undefined) throw new Error(`there is no variable ${name}`);
    return [name, sweepForward([leaf], [one], [output])] as const;
  });
  const names = namesOf([...leaves], nodes);
  const stepOf = (made: Tensor, node: Node | null, label: string): Step => ({
    name: names.step.get(made) ?? '',
    label,
    op: node?.op.name ?? null,
    inputs: node?.inputs.map(names.operand) ?? [],
    value: made.item(),
    tangents: new Map(tangents.map(([name, found]) => [name, found.get(made)?.item() ?? 0])),
    adjoint: adjoints.get(made)?.item() ?? 0,
  });
  const steps = new Map<Tensor, Step>();
  for (const [name, leaf] of leaves) steps.set(leaf, stepOf(leaf, null, name));
  for (const node of nodes) {
    steps.set(node.output, stepOf(node.output, node, labelOf(node, names.operand)));
  }
  const all = [...steps.values()];
  return {
    variables: all.slice(0, leaves.size),
    calls: all.slice(leaves.size),
    contributions: contributionsOf(nodes, steps, adjoints),
    value: output.item(),
  };
}

/** The recorded calls that a tensor depends on, in the order in which they were made. */
function nodesBehind(output: Tensor): Node[] {
  const found = new Set<Node>();
  const pending = [output];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.node === null || found.has(next.node)) continue;
    found.add(next.node);
    pending.push(...next.node.inputs);
  }
  return [...found].sort((a, b) => a.id - b.id);
}

/** What each call passed on to its inputs, in the order of the reverse sweep. */
function contributionsOf(
  nodes: readonly Node[],
  steps: ReadonlyMap<Tensor, Step>,
  adjoints: ReadonlyMap<Tensor, Tensor>,
): Contribution[] {
  const sums = new Map<Tensor, number>();
  const contributions: Contribution[] = [];
  const one = tensor(1, { dtype: 'f64' });
  for (const node of [...nodes].reverse()) {
    const adjoint = adjoints.get(node.output);
    const from = steps.get(node.output);
    if (adjoint === undefined || from === undefined) continue;
    const wanted = node.inputs.map((input) => steps.has(input));
    const read = (seed: Tensor) =>
      noGrad(() => pull(node, seed, wanted).map((part) => part?.item() ?? 0));
    const [shares, locals] = [read(adjoint), read(one)];
    node.inputs.forEach((input, i) => {
      const to = steps.get(input);
      if (to === undefined) return;
      const [share = 0, local = 0] = [shares[i], locals[i]];
      const before = sums.get(input);
      const sum = before === undefined ? share : before + share;
      sums.set(input, sum);
      contributions.push({ from, to, local, share, sum });
    });
  }
  return contributions;
}

/** Names of steps, with the variables counted up to 0, and of whatever goes into calls. */
function namesOf(leaves: readonly (readonly [string, Tensor])[], nodes: readonly Node[]) {
  const letter = ['v', 'u', 't', 's'].find(
    (one) => !leaves.some(([name]) => new RegExp(`^${one}\\d+$`).test(name)),
  );
  const step = new Map<Tensor, string>();
  leaves.forEach(([, leaf], i) => step.set(leaf, `${letter ?? 'v'}${i + 1 - leaves.length}`));
  nodes.forEach(({ output }, i) => step.set(output, `${letter ?? 'v'}${i + 1}`));
  const variables = new Map(leaves.map(([name, leaf]) => [leaf, name]));
  const operand = (input: Tensor) =>
    variables.get(input) ?? step.get(input) ?? constantName(input.item());
  return { step, operand };
}

/** A number as it stands in a formula. */
function constantName(value: number): string {
  if (value === Math.E) return 'e';
  if (value === Math.PI) return 'pi';
  return String(Number(value.toPrecision(4)));
}
