import type { Sample } from './op.js';

const signed = [
  0,
  -0,
  0.5,
  -0.5,
  1,
  -1,
  3,
  -7.25,
  20,
  -30,
  100,
  -1e4,
  1e4,
  Infinity,
  -Infinity,
  NaN,
];
const positive = [0, 0.015625, 0.5, 1, 2, 7.25, 100, 1e4, Infinity, -1, NaN];

function unary(values: readonly number[]): Sample<undefined> {
  return { inputs: [{ shape: [values.length], values }], extreme: true };
}

/** Zeros, large numbers, infinities and NaN, for a function of any number. */
export const extremes = unary(signed);

/** The same for a function of positive numbers, and what lies outside. */
export const positiveExtremes = unary(positive);

/** Whole numbers, for ops that leave them whole. */
export const wholeNumbers: Sample<undefined> = {
  inputs: [{ shape: [3], values: [-3, 0, 5], dtype: 'i32' }],
};

/** Operands of one shape, and such that are stretched to each other. */
export const stretchedPairs: readonly Sample<undefined>[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[], [3]],
  [[4, 3], [3]],
  [[0, 3], [3]],
  [
    [2, 3, 1, 2],
    [1, 3, 2, 1],
  ],
].map((inputs) => ({ inputs }));

/** Pairs of zeros, equal numbers, infinities and NaN, for a function of two numbers. */
export const extremePairs: Sample<undefined> = {
  inputs: [
    { shape: [10], values: [0, 1, -2, Infinity, -Infinity, NaN, 3, 2.5, NaN, 5] },
    { shape: [10], values: [0, 1, 3, 2, Infinity, 1, NaN, -2.5, NaN, 0] },
  ],
  extreme: true,
};

/** Pairs of whole numbers, one of which is stretched. */
export const wholePairs: Sample<undefined> = {
  inputs: [
    { shape: [3], values: [-3, 0, 5], dtype: 'i32' },
    { shape: [1], values: [2], dtype: 'i32' },
  ],
};
