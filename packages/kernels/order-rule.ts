/**
 * The order rule of products, written out: each term is rounded, blocks along k start at +0 and are
 * added in order. What the kernels must equal bit for bit; beside it the same sum in f64, to
 * compare both with.
 */
import { expect } from 'vitest';
import { candidatesFor, type Mode } from './src/candidates.js';
import { compileKernels } from './src/compile.js';
import type { CompiledKernels } from './src/instantiate.js';
import { rounded, type FloatDtype } from './test-values.js';

export class OrderedSum {
  /** The sum in f64. */
  exact = 0;
  /** The sum of the terms' magnitudes, by which errors are measured. */
  magnitude = 0;
  private readonly block: number;
  private left: number;
  private earlier: number | null = null;
  private part = 0;

  constructor(
    private readonly dtype: FloatDtype,
    k: number,
  ) {
    const blocks = Math.ceil(k / 384);
    this.block = blocks <= 1 ? k : Math.ceil(Math.ceil(k / blocks) / 8) * 8;
    this.left = this.block;
  }

  add(a: number, b: number): void {
    if (this.left === 0) {
      this.earlier = this.total;
      this.part = 0;
      this.left = this.block;
    }
    this.part = rounded(this.dtype, this.part + rounded(this.dtype, a * b));
    this.exact += a * b;
    this.magnitude += Math.abs(a * b);
    this.left -= 1;
  }

  get total(): number {
    return this.earlier === null ? this.part : rounded(this.dtype, this.earlier + this.part);
  }
}

/** What a kernel should return, in the order rule and in f64. */
export interface Reference {
  readonly ordered: number[];
  readonly exact: number[];
  /** How far the kernel may be from `exact`. */
  readonly bound: number[];
}

/** Collects one sum an output element. */
export function referenceOf(
  dtype: FloatDtype,
  count: number,
  k: (index: number) => number,
  fill: (sum: OrderedSum, index: number) => void,
  bias?: (index: number) => number,
): Reference {
  const epsilon = dtype === 'f32' ? 2 ** -24 : 2 ** -53;
  const reference: Reference = { ordered: [], exact: [], bound: [] };
  for (let index = 0; index < count; index++) {
    const sum = new OrderedSum(dtype, k(index));
    fill(sum, index);
    const shift = bias?.(index);
    reference.ordered.push(shift === undefined ? sum.total : rounded(dtype, sum.total + shift));
    reference.exact.push(sum.exact + (shift ?? 0));
    reference.bound.push((sum.magnitude + Math.abs(shift ?? 0)) * (k(index) + 2) * epsilon);
  }
  return reference;
}

type Floats = Float32Array | Float64Array;

/**
 * Expects the bits of the order rule (NaN of every payload alike), and f64's value within the
 * bound.
 */
export function expectOrdered(actual: Floats, reference: Reference): void {
  expectSame(actual, reference.ordered);
  expectNear(actual, reference);
}

/** Expects the same numbers, signs of zeros included. */
export function expectSame(actual: Floats, expected: ArrayLike<number>): void {
  const wrong = actual.findIndex((value, i) => !Object.is(value, expected[i]));
  if (wrong >= 0 || actual.length !== expected.length) {
    expect.fail(
      `${String(actual[wrong])} at ${String(wrong)} of ${String(actual.length)}, ` +
        `expected ${String(expected[wrong])} of ${String(expected.length)}`,
    );
  }
}

/** Expects f64's value within the bound. */
export function expectNear(actual: Floats, { exact, bound }: Reference): void {
  const wrong = actual.findIndex((value, i) => {
    return !(Math.abs(value - (exact[i] ?? NaN)) <= (bound[i] ?? 0));
  });
  if (wrong >= 0) {
    expect.fail(
      `${String(actual[wrong])} at ${String(wrong)} is too far from ${String(exact[wrong])}`,
    );
  }
}

/**
 * Every way to run a mode on this engine: each candidate, and each tile without any flag, under the
 * name of the way.
 */
export function everyVariant(mode: Mode): [string, CompiledKernels][] {
  const relaxed = candidatesFor(mode).at(-1)?.flags ?? [];
  return [
    ...candidatesFor(mode),
    ...[0, 1, 2].map((tile) => ({ variant: `tile ${String(tile)}`, tile, flags: relaxed })),
  ].map((candidate) => [candidate.variant, compileKernels({ mode, candidates: [candidate] })]);
}
