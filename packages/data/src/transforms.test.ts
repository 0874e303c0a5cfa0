import fc from 'fast-check';
import { ShapeError, ValueError } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { datasetFromArrays, type Dataset } from './dataset.js';
import { fitTransforms, planInputs, type Normalize } from './transforms.js';

const normalize = (mean: number[], std: number[]): Normalize => ({ type: 'normalize', mean, std });

const bytes = (shape: number[], ...values: number[]): Dataset =>
  datasetFromArrays({ inputs: Uint8Array.from(values), shape });

const floats = (shape: number[], ...values: number[]): Dataset =>
  datasetFromArrays({ inputs: Float32Array.from(values), shape });

describe('planInputs', () => {
  it('turns bytes into f32 from 0 to 1 when nothing else is asked', () => {
    const plan = planInputs(bytes([1, 1, 2], 0, 255));
    expect(plan).toMatchObject({ kind: 'lookup', dtype: 'f32', channels: 1, plane: 2 });
    if (plan.kind !== 'lookup') return;
    expect([plan.table[0], plan.table[255]]).toEqual([0, 1]);
    expect(plan.table[51]).toBe(Math.fround(0.2));
  });

  it('tabulates (v / 255 - mean) / std in f32 for each channel', () => {
    const plan = planInputs(bytes([2, 1, 1], 3, 4), [normalize([0.1307, 0.5], [0.3081, 0.25])]);
    if (plan.kind !== 'lookup') throw new Error(plan.kind);
    expect(plan.table.length).toBe(512);
    // As torch 1.13 gives for ToTensor and Normalize((0.1307,), (0.3081,)) of bytes 0, 128, 255.
    expect([plan.table[0], plan.table[128], plan.table[255]]).toEqual([
      -0.4242129623889923, 1.2050011157989502, 2.821486711502075,
    ]);
    expect(plan.table[256 + 255]).toBe(2);
  });

  it('gives f32 a mean and a std for every channel', () => {
    const plan = planInputs(floats([2, 1, 3], 1, 2, 3, 4, 5, 6), [normalize([1], [2, 4])]);
    expect(plan).toMatchObject({
      kind: 'normalize',
      channels: 2,
      plane: 3,
      mean: Float32Array.of(1, 1),
      std: Float32Array.of(2, 4),
    });
  });

  it.each([
    [[], 1, 1],
    [[4], 4, 1],
    [[3, 5], 1, 15],
    [[3, 5, 7], 3, 35],
    [[2, 3, 4, 5], 2, 60],
  ])('sees a sample of shape [%s] as %i channels of %i', (shape, channels, plane) => {
    const values = Array.from({ length: channels * plane }, () => 0);
    expect(planInputs(floats(shape, ...values))).toMatchObject({ shape, channels, plane });
  });

  it('copies f32 and i32 as they are, and normalises i32 as f32', () => {
    const numbers = floats([1], 1, 2);
    expect(planInputs(numbers)).toMatchObject({ kind: 'copy', dtype: 'f32' });
    expect(planInputs(numbers).source).toBe(numbers.inputs.data);
    const tokens = datasetFromArrays({ inputs: Int32Array.of(7, 9), shape: [1] });
    expect(planInputs(tokens)).toMatchObject({ kind: 'copy', dtype: 'i32' });
    expect(planInputs(tokens, [normalize([7], [2])])).toMatchObject({
      kind: 'normalize',
      source: Float32Array.of(7, 9),
    });
  });

  it.each([
    ['a std of 0', [normalize([0], [0])], ValueError, 'std of channel 0 is 0'],
    ['a std that f32 rounds to 0', [normalize([0], [1e-60])], ValueError, 'must be positive'],
    ['a negative std', [normalize([0], [-1])], ValueError, 'must be positive'],
    ['a NaN', [normalize([NaN], [1])], ValueError, 'mean of channel 0 is NaN'],
    ['a number beyond f32', [normalize([1e39], [1])], ValueError, 'finite'],
    ['no numbers', [normalize([], [1])], ShapeError, 'mean has 0 values'],
    ['too many means', [normalize([0, 0, 0], [1])], ShapeError, 'give 1 or 2'],
    ['two transforms', [normalize([0], [1]), normalize([0], [1])], ValueError, 'keep one'],
  ])('refuses %s', (_, transforms, type, message) => {
    const plan = (): unknown => planInputs(bytes([2, 1, 1], 1, 2), transforms);
    expect(plan).toThrow(type);
    expect(plan).toThrow(message);
  });
});

describe('fitTransforms', () => {
  it('turns standardize into the mean and std of each column', () => {
    const table = floats([2], 1, 10, 2, 10, 3, 10, 6, 10);
    expect(fitTransforms(table, [{ type: 'standardize' }])).toEqual([
      normalize([3, 10], [Math.sqrt(3.5), 1]),
    ]);
  });

  it('looks at the samples it is given alone', () => {
    const table = floats([1], 1, 100, 3);
    const [fitted] = fitTransforms(table, [{ type: 'standardize' }], Int32Array.of(0, 2));
    expect(fitted).toEqual(normalize([2], [1]));
    expect(() => fitTransforms(table, [{ type: 'standardize' }], new Int32Array(0))).toThrow(
      ValueError,
    );
  });

  it('takes bytes as numbers from 0 to 1, and channels over their whole plane', () => {
    const [fitted] = fitTransforms(bytes([2, 1, 2], 0, 255, 51, 51), [{ type: 'standardize' }]);
    expect(fitted).toEqual(normalize([0.5, 0.2], [0.5, 1]));
  });

  it('leaves normalize alone', () => {
    const transforms = [normalize([1], [2])];
    expect(fitTransforms(floats([1], 1), transforms)).toEqual(transforms);
  });

  it.each([NaN, Infinity, -Infinity])('refuses a %f, naming the column', (value) => {
    const table = floats([2], 1, 2, 3, value);
    expect(() => fitTransforms(table, [{ type: 'standardize' }])).toThrow(
      'channel 1 of the inputs holds a NaN or an infinity',
    );
  });

  it('leaves columns with mean 0 and std 1', () => {
    const column = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(column, (values) => {
        const [fitted] = fitTransforms(floats([1], ...values), [{ type: 'standardize' }]);
        const [mean = NaN] = fitted?.mean ?? [];
        const [std = NaN] = fitted?.std ?? [];
        const scaled = values.map((x) => (x - mean) / std);
        const sum = (terms: number[]): number => terms.reduce((total, x) => total + x, 0);
        expect(sum(scaled) / values.length).toBeCloseTo(0, 9);
        const constant = values.every((x) => x === values[0]);
        expect(sum(scaled.map((x) => x * x)) / values.length).toBeCloseTo(constant ? 0 : 1, 9);
      }),
    );
  });
});
