import { defineBinary, type Operand } from '../../elementwise.js';
import { ValueError } from '../../errors.js';
import type { Derivative, Sample } from '../../op.js';
import type { Tensor } from '../../tensor.js';

const quotient = { low: 2.2, high: 2.8 };
const samples: readonly Sample<undefined>[] = [
  {
    inputs: [
      { shape: [2, 3], low: 3, high: 4 },
      { shape: [2, 3], ...quotient },
    ],
  },
  {
    inputs: [
      { shape: [2, 1, 3], low: -4, high: -3 },
      { shape: [4, 1], ...quotient },
    ],
  },
  {
    inputs: [
      { shape: [], low: 0.5, high: 1 },
      { shape: [3], low: -2.8, high: -2.2 },
    ],
  },
  { inputs: [[0, 3], { shape: [3], low: 1, high: 2 }] },
  {
    inputs: [
      { shape: [12], values: [5, -5, 5, -5, 6, -6, 1, 0, -0, 1e4, 7.5, -0.25] },
      { shape: [12], values: [3, 3, -3, -3, 3, 3, -3, 2, 2, 0.1, 2.5, 1] },
    ],
    extreme: true,
  },
  {
    inputs: [
      { shape: [6], values: [1, 0, Infinity, 5, NaN, 3] },
      { shape: [6], values: [0, 0, 2, Infinity, 1, NaN] },
    ],
    extreme: true,
  },
  {
    inputs: [
      { shape: [3, 1], values: [7, -7, 0], dtype: 'i32' },
      { shape: [5], values: [3, -3, 1, -1, 8], dtype: 'i32' },
    ],
  },
];

/** Defines a function of a division, of floats or of whole numbers, which refuse a divisor of 0. */
export function defineQuotient(entry: {
  readonly name: string;
  readonly torch: string;
  readonly derivative: Derivative<2, undefined>;
}): (a: Operand, b: Operand) => Tensor {
  return defineBinary({
    ...entry,
    samples,
    check: (sawZero, { dtype }) => {
      if (dtype !== 'i32' || sawZero !== 1) return;
      throw new ValueError(
        `${entry.name}: a whole number is divided by 0; cast to f32 for a result of NaN or infinity`,
      );
    },
  });
}
