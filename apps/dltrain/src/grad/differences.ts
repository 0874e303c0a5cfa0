import { evaluate } from './compute.js';
import type { Term } from './term.js';

/** A derivative from values of the function alone, by a step of `h`. */
export interface Difference {
  readonly h: number;
  /** `(f(x + h) - f(x)) / h` */
  readonly forward: number;
  /** `(f(x + h) - f(x - h)) / 2h` */
  readonly central: number;
}

/** `perDecade` steps for each power of ten, from 0.1 down to 1e-15. */
export function stepSizes(perDecade: number): number[] {
  return Array.from(
    { length: 14 * perDecade + 1 },
    (_, i) =>
      Number(`1e${-(1 + Math.floor(i / perDecade))}`) * 10 ** (-(i % perDecade) / perDecade),
  );
}

/** Differences of a term by one of its variables, for each step. */
export function differences(
  term: Term,
  values: ReadonlyMap<string, number>,
  variable: string,
  steps: readonly number[],
): Difference[] {
  const at = values.get(variable) ?? NaN;
  const shifted = [0, ...steps, ...steps.map((h) => -h)].map((h) => at + h);
  const found = evaluate(
    term,
    new Map<string, number | number[]>([...values, [variable, shifted]]),
  );
  return steps.map((h, i) => {
    const [here = NaN, above = NaN, below = NaN] = [
      found[0],
      found[1 + i],
      found[1 + steps.length + i],
    ];
    return { h, forward: (above - here) / h, central: (above - below) / (2 * h) };
  });
}

/** The step whose difference is nearest to the true derivative; undefined where none is a number. */
export function bestStep(
  found: readonly Difference[],
  kind: 'forward' | 'central',
  truth: number,
): Difference | undefined {
  const errorOf = (one: Difference) => Math.abs(one[kind] - truth);
  let best: Difference | undefined;
  for (const one of found) {
    if (!Number.isFinite(errorOf(one))) continue;
    if (best === undefined || errorOf(one) < errorOf(best)) best = one;
  }
  return best;
}
