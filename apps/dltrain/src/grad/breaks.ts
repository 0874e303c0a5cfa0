import { evaluate } from './compute.js';
import type { Term } from './term.js';

/** Where the graph of a function breaks, so that it has no derivative although its rules give a number. */
export type Break =
  /** Differences ahead and behind do not approach each other. */
  | { readonly kind: 'kink'; readonly ahead: number; readonly behind: number }
  /** The values ahead and behind do not. */
  | { readonly kind: 'jump'; readonly by: number };

/** Steps a tenth of each other: what is smooth becomes a tenth with them, round-off ten times as large. */
const steps = [1e-4, 1e-5, 1e-6, 1e-7];

/** Asks values on both sides of a point whether a term breaks there by one of its variables. */
export function breakAt(
  term: Term,
  values: ReadonlyMap<string, number>,
  variable: string,
): Break | null {
  const at = values.get(variable) ?? NaN;
  const sizes = steps.map((h) => h * Math.max(1, Math.abs(at)));
  const points = [0, ...sizes, ...sizes.map((h) => -h)].map((h) => at + h);
  const [here = NaN, ...sides] = evaluate(
    term,
    new Map<string, number | number[]>([...values, [variable, points]]),
  );
  const above = sides.slice(0, steps.length);
  const below = sides.slice(steps.length);
  const jumps = above.map((value, i) => value - (below[i] ?? NaN));
  const by = jumps.at(-1) ?? NaN;
  if (isSteady(jumps, Math.abs(here))) return { kind: 'jump', by };
  const ahead = above.map((value, i) => (value - here) / (sizes[i] ?? NaN));
  const behind = below.map((value, i) => (here - value) / (sizes[i] ?? NaN));
  const [right = NaN, left = NaN] = [ahead.at(-1), behind.at(-1)];
  const gaps = ahead.map((slope, i) => slope - (behind[i] ?? NaN));
  if (!isSteady(gaps, Math.max(Math.abs(right), Math.abs(left)))) return null;
  return { kind: 'kink', ahead: right, behind: left };
}

/** Whether numbers stay the same while the steps shrink, and are more than round-off of `scale`. */
function isSteady(numbers: readonly number[], scale: number): boolean {
  const last = numbers.at(-1) ?? NaN;
  if (!Number.isFinite(last) || !(Math.abs(last) > 1e-4 * scale) || last === 0) return false;
  return numbers.every((one) => Math.abs(one - last) <= 0.1 * Math.abs(last));
}
