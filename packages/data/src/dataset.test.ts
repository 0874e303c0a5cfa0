import { describe, expect, it } from 'vitest';
import { DTypeError, ShapeError, ValueError } from '@dltrain/core';
import { datasetFromArrays } from './dataset.js';

describe('datasetFromArrays', () => {
  it('takes nested numbers as f32 and bare targets as class indices', () => {
    const { length, inputs, targets } = datasetFromArrays({
      inputs: [
        [0, 0],
        [0, 1],
        [1, NaN],
      ],
      targets: [0, 2, 1],
    });
    expect(length).toBe(3);
    expect(inputs).toEqual({
      dtype: 'f32',
      shape: [2],
      data: Float32Array.of(0, 0, 0, 1, 1, NaN),
    });
    expect(targets).toEqual({
      dtype: 'i32',
      shape: [],
      data: Int32Array.of(0, 2, 1),
      classes: 3,
    });
  });

  it('takes lists of one number as regression targets, integers too', () => {
    const { inputs, targets } = datasetFromArrays({ inputs: [1, 2], targets: [[3], [4]] });
    expect(inputs).toEqual({ dtype: 'f32', shape: [1], data: Float32Array.of(1, 2) });
    expect(targets).toEqual({ dtype: 'f32', shape: [1], data: Float32Array.of(3, 4) });
  });

  it('takes typed arrays without copying, and bytes as bytes', () => {
    const pixels = new Uint8Array(2 * 6);
    const labels = Int32Array.of(1, 0);
    const set = datasetFromArrays({
      inputs: pixels,
      shape: [1, 2, 3],
      targets: labels,
      classes: 10,
    });
    expect(set.length).toBe(2);
    expect(set.inputs.data).toBe(pixels);
    expect(set.inputs.dtype).toBe('u8');
    expect(set.targets).toMatchObject({ dtype: 'i32', shape: [], classes: 10 });
    expect(set.targets?.data).toBe(labels);
  });

  it('rounds f64 to f32, sees clamped bytes as bytes and widens bytes of targets', () => {
    const set = datasetFromArrays({
      inputs: Float64Array.of(0.1, 0.2),
      shape: [1],
      targets: Uint8Array.of(1, 0),
    });
    expect(set.inputs.data).toEqual(Float32Array.of(0.1, 0.2));
    expect(set.targets?.dtype).toBe('i32');
    const clamped = datasetFromArrays({ inputs: Uint8ClampedArray.of(1, 2), shape: [2] });
    expect(clamped.inputs.data).toEqual(Uint8Array.of(1, 2));
    expect(clamped.targets).toBeNull();
  });

  it('infers the shape of flat targets from the number of inputs', () => {
    const inputs = [[0], [0]];
    const shapeOf = (targets: Float32Array | Int32Array): readonly number[] | undefined =>
      datasetFromArrays({ inputs, targets }).targets?.shape;
    expect(shapeOf(new Float32Array(2))).toEqual([1]);
    expect(shapeOf(new Float32Array(6))).toEqual([3]);
    expect(shapeOf(new Int32Array(2))).toEqual([]);
    expect(() => shapeOf(new Float32Array(3))).toThrow('2 inputs but 3 target elements');
  });

  it('sees nested inputs in another shape of as many elements', () => {
    const inputs = [new Float32Array(6), new Float32Array(6)];
    expect(datasetFromArrays({ inputs, shape: [1, 2, 3] }).inputs.shape).toEqual([1, 2, 3]);
    expect(() => datasetFromArrays({ inputs, shape: [2, 2] })).toThrow(ShapeError);
  });

  it('takes lists of typed arrays and elements with their shape', () => {
    const rows = [Uint8Array.of(1, 2), Uint8Array.of(3, 4)];
    expect(datasetFromArrays({ inputs: [rows] }).inputs).toEqual({
      dtype: 'u8',
      shape: [2, 2],
      data: Uint8Array.of(1, 2, 3, 4),
    });
    const shaped = { shape: [1, 2], data: [5, 6] };
    expect(datasetFromArrays({ inputs: [shaped] }).inputs.shape).toEqual([1, 2]);
  });

  it('freezes what it returns', () => {
    const set = datasetFromArrays({ inputs: [[1]], targets: [0], classNames: ['only'] });
    for (const part of [set, set.inputs, set.inputs.shape, set.targets, set.targets?.classNames]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it.each([
    ['no samples', { inputs: [] }, ValueError, '0 samples'],
    ['other counts', { inputs: [[1], [2]], targets: [0] }, ShapeError, '2 inputs but 1 targets'],
    ['a ragged sample', { inputs: [[1, 2], [3]] }, ShapeError, 'sample 1: input has shape [1]'],
    ['a ragged nest', { inputs: [[[1, 2], [3]]] }, ShapeError, 'sample 0: input is ragged'],
    ['an empty list', { inputs: [[]] }, ShapeError, 'empty list'],
    ['a flat array without shape', { inputs: new Float32Array(4) }, ShapeError, 'give the shape'],
    ['part of a sample', { inputs: new Float32Array(5), shape: [2] }, ShapeError, '5 elements'],
    ['an empty flat array', { inputs: new Float32Array(0), shape: [2] }, ValueError, '0 samples'],
    ['a size of 0', { inputs: new Float32Array(4), shape: [0] }, ShapeError, 'positive integer'],
    [
      'a shape beyond counting',
      { inputs: new Float32Array(4), shape: [2 ** 30, 2 ** 30] },
      ShapeError,
      'more elements than can be counted',
    ],
    ['a bare fraction', { inputs: [[1]], targets: [0.5] }, ValueError, 'give a list, [0.5]'],
    ['a negative class', { inputs: [[1]], targets: Int32Array.of(-1) }, ValueError, 'is -1'],
    ['a class too many', { inputs: [[1]], targets: [3], classes: 3 }, ValueError, '3 classes'],
    [
      'too few names',
      { inputs: [[1]], targets: [0], classes: 2, classNames: ['a'] },
      ValueError,
      '2 classes but 1 class names',
    ],
    ['classes of numbers', { inputs: [[1]], targets: [[1]], classes: 2 }, ValueError, 'f32'],
    [
      'a mix of typed arrays',
      { inputs: [[Uint8Array.of(1), Float32Array.of(0.5)]] },
      DTypeError,
      'mixes Uint8Array and Float32Array',
    ],
    [
      'a dtype that changes',
      { inputs: [Uint8Array.of(1), Float32Array.of(0.5)] },
      DTypeError,
      'sample 1: input is f32, but that of sample 0 is u8',
    ],
  ])('refuses %s', (_, options, type, message) => {
    expect(() => datasetFromArrays(options)).toThrow(type);
    expect(() => datasetFromArrays(options)).toThrow(message);
  });

  it.each([
    ['texts', ['a']],
    ['nothing', [undefined]],
    ['big integers', [1n]],
    ['a text in a list', [[1, '2']]],
    ['other typed arrays', [Int16Array.of(1)]],
    ['a shape that is none', [{ shape: [-1], data: [1] }]],
  ])('refuses %s from plain JavaScript, naming the sample', (_, inputs) => {
    const untyped = { inputs } as unknown as Parameters<typeof datasetFromArrays>[0];
    expect(() => datasetFromArrays(untyped)).toThrow(/sample 0/);
  });
});
