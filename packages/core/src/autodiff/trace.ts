import { engine } from '../engine.js';
import { GradientError } from '../errors.js';
import { requireTensor } from '../operands.js';
import { describeValue } from '../describe-value.js';
import { alias } from '../ops/shape/alias.js';
import { Tensor } from '../tensor.js';
import { dependsOnOthers } from './graph.js';
import { nextCall } from './node.js';

/** A function of tensors that returns one tensor, or several. */
export type TensorFunction<R extends Tensor | readonly Tensor[] = Tensor> = (
  ...inputs: Tensor[]
) => R;

/** Tensors in the form in which a function returned its own: one, or a list. */
export type Like<R> = R extends readonly Tensor[] ? Tensor[] : Tensor;

/** Which arguments to differentiate by, counted from 0; the first when left out. */
export interface GradOptions<N extends number | readonly number[]> {
  readonly argnums?: N;
}

/** One tensor for one argument, a list for a list of them. */
export type PerArgument<N> = N extends readonly number[] ? Tensor[] : Tensor;

type Tensors = readonly [Tensor, ...Tensor[]];

/** A call of a function, recorded in a graph whose sources are aliases of its inputs. */
export interface Trace<R> {
  /** The inputs by which it is differentiated. */
  readonly sources: readonly Tensor[];
  readonly outputs: Tensors;
  /**
   * Whether the outputs also depend on what an outer transformation differentiates by. Then what is
   * computed from the trace is recorded, too.
   */
  readonly tied: boolean;
  /** Whether the caller records, so that what is computed with tensors of its own is to be, too. */
  readonly recording: boolean;
  /** The first call that can depend on a source. */
  readonly since: number;
  /** Brings one tensor for each output into the form that the function's own result has. */
  readonly form: (tensors: readonly Tensor[]) => Like<R>;
}

/**
 * Runs `f` on aliases of its inputs, so that a sweep can end there, and hands the trace to `use`; both
 * see recording switched on.
 */
export function withTrace<R extends Tensor | readonly Tensor[], T>(
  name: string,
  f: (...inputs: Tensor[]) => R,
  inputs: readonly Tensor[],
  argnums: readonly number[],
  use: (trace: Trace<R>) => T,
): T {
  for (const i of argnums) {
    if (inputs[i] !== undefined) {
      requireTensor(name, inputs[i]);
      continue;
    }
    throw new GradientError(
      `${name}: argnums names argument ${i}, but the function was called with ${inputs.length}`,
    );
  }
  const active = engine();
  const { recording } = active;
  const since = nextCall();
  try {
    // The alias ties the result to an outer graph only if that is being recorded.
    const aliases = inputs.map((input, i) => {
      if (!argnums.includes(i)) return input;
      const source = alias(input);
      source.requiresGrad = true;
      return source;
    });
    active.recording = true;
    const result = f(...aliases);
    const outputs = listOf(name, result);
    const sources = argnums.flatMap((i) => aliases[i] ?? []);
    const tied = recording && dependsOnOthers(sources, outputs);
    const form = (tensors: readonly Tensor[]) =>
      (result instanceof Tensor ? tensors[0] : [...tensors]) as Like<R>;
    return use({ sources, outputs, tied, recording, since, form });
  } finally {
    active.recording = recording;
  }
}

function listOf(name: string, result: Tensor | readonly Tensor[]): Tensors {
  const list: unknown = result instanceof Tensor ? [result] : result;
  if (!Array.isArray(list) || !list.every(isTensor)) {
    throw new GradientError(
      `${name}: the function returned ${describeValue(result)}; return a tensor, computed with ops`,
    );
  }
  const [first, ...others] = list;
  if (first !== undefined) return [first, ...others];
  throw new GradientError(`${name}: the function returned an empty list; return a tensor`);
}

function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/** The one result of a function that may not have several. @throws GradientError when it has */
export function onlyOutput(name: string, outputs: readonly [Tensor, ...Tensor[]]): Tensor {
  if (outputs.length === 1) return outputs[0];
  throw new GradientError(
    `${name}: the function returned ${outputs.length} tensors; return one, or use vjp or jvp`,
  );
}

/** All positions of a list, for functions that differentiate by every argument. */
export function allOf(inputs: readonly unknown[]): number[] {
  return inputs.map((_, i) => i);
}
