import { describe, expect, it } from 'vitest';
import './methods.js';
import { gradientsOf } from './autodiff/grad.js';
import { tensor } from './create.js';
import { DltrainError } from './errors.js';
import { conv2d } from './ops/nets/conv2d.js';
import { linear } from './ops/linear-algebra/linear.js';
import { flatten } from './ops/shape/flatten.js';
import { narrow } from './ops/shape/slice.js';
import { uniforms } from './sample-inputs.js';
import { partSums, withRowParts } from './row-parts.js';
import { elementCount, type Shape } from './shape.js';
import { foldTree } from './tree.js';
import type { Tensor } from './tensor.js';

function drawn(shape: Shape, key: number): Tensor {
  const values = uniforms(elementCount(shape), key).map((u) => 2 * u - 1);
  return tensor(values, { shape, dtype: 'f32' });
}

function parameter(shape: Shape, key: number): Tensor {
  const made = drawn(shape, key);
  made.requiresGrad = true;
  return made;
}

const layers = {
  mlp: {
    input: [9],
    output: 5,
    parameters: [
      parameter([20, 9], 1),
      parameter([20], 2),
      parameter([5, 20], 3),
      parameter([5], 4),
    ],
    forward: (x: Tensor, [w1 = x, b1, w2 = x, b2]: readonly Tensor[]) =>
      linear(linear(x, w1, b1, 'relu'), w2, b2),
  },
  rowsWithin: {
    input: [3, 9],
    output: 5,
    parameters: [parameter([5, 9], 1), parameter([5], 2)],
    forward: (x: Tensor, [w = x, b]: readonly Tensor[]) => linear(x, w, b, 'tanh'),
  },
  cnn: {
    input: [2, 6, 5],
    output: 4 * 6 * 5,
    parameters: [parameter([4, 2, 3, 3], 1), parameter([4], 2)],
    forward: (x: Tensor, [w = x, b]: readonly Tensor[]) =>
      flatten(conv2d(x, w, b, { padding: 1, activation: 'relu' }), 1),
  },
};

/** Cuts of the batch: even ones, odd ones, a single one, and more rows than fit a block. */
const cuts = [
  [4, 8, 12, 16],
  [3, 4, 9],
  [7],
  [16, 32, 48, 64, 80],
  [150, 300, 420],
  Array.from({ length: 70 }, (_, i) => 2 * i + 2),
];

function add(a: Tensor, b: Tensor): Tensor {
  return a.add(b);
}

describe.each(Object.entries(layers))('gradients of %s', (_, layer) => {
  it.each(cuts.map((ends) => [ends]))('cut at %j have the bits of parts by themselves', (ends) => {
    const rows = ends.at(-1) ?? 0;
    const x = drawn([rows, ...layer.input], 7);
    const output = layer.forward(x, layer.parameters);
    const seed = drawn(output.shape, 8);
    const together = withRowParts({ ends }, () =>
      gradientsOf(output, layer.parameters, { seed }),
    ).map((gradient) => gradient.toArray());
    const part = (i: number): Tensor[] => {
      const begin = ends[i - 1] ?? 0;
      const cut = (whole: Tensor) => narrow(whole, 0, begin, (ends[i] ?? 0) - begin);
      const own = layer.forward(cut(x), layer.parameters);
      return gradientsOf(own, layer.parameters, { seed: cut(seed) }).map((one) => one.clone());
    };
    const apart = foldTree({ low: 0, high: ends.length }, part, (left, right) =>
      left.map((one, i) => add(one, right[i] ?? one)),
    );
    expect(together).toEqual(apart.map((gradient) => gradient.toArray()));
  });
});

it('sums all elements of each part', () => {
  const x = drawn([9, 20], 3);
  const ends = [2, 3, 9];
  const expected = ends.map((end, i) =>
    narrow(x, 0, ends[i - 1] ?? 0, end - (ends[i - 1] ?? 0))
      .sum()
      .item(),
  );
  expect(partSums(x, { ends })).toEqual(expected);
  expect(() => partSums(x, { ends: [2, 3] })).toThrow(DltrainError);
});

it('says so when rows do not belong to the samples', () => {
  const { parameters, forward } = layers.mlp;
  const output = forward(drawn([6, 9], 1), parameters);
  expect(() => withRowParts({ ends: [2, 4] }, () => gradientsOf(output.sum(), parameters))).toThrow(
    DltrainError,
  );
});
