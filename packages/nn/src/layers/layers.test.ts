import {
  gradientsOf,
  mul,
  noGrad,
  randn,
  ShapeError,
  sum,
  tensor,
  ValueError,
  zeros,
} from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { expectClose, goldens, toStateDict, toTensor } from '../../test-support.js';
import type { Module } from '../module.js';
import { AvgPool2d } from './avg-pool2d.js';
import { Conv2d } from './conv2d.js';
import { Dropout } from './dropout.js';
import { Flatten } from './flatten.js';
import { Linear } from './linear.js';
import { MaxPool2d } from './max-pool2d.js';
import { ReLU } from './relu.js';
import { Sigmoid } from './sigmoid.js';
import { Softmax } from './softmax.js';
import { Tanh } from './tanh.js';

const dtype = 'f64';

/** The layers of the goldens. */
const make: Readonly<Record<string, () => Module>> = {
  linear: () => new Linear(4, 3, { dtype }),
  'linear without bias': () => new Linear(4, 3, { bias: false, dtype }),
  conv2d: () => new Conv2d(2, 3, 3, { dtype }),
  'conv2d same': () => new Conv2d(1, 2, [2, 3], { padding: 'same', dtype }),
  'conv2d strided': () => new Conv2d(2, 2, 3, { stride: [2, 1], padding: [1, 2], dtype }),
  max_pool2d: () => new MaxPool2d(2),
  'max_pool2d overlapping': () => new MaxPool2d(3, { stride: 2, padding: 1 }),
  avg_pool2d: () => new AvgPool2d(2),
  'avg_pool2d padded': () => new AvgPool2d(3, { stride: 2, padding: 1 }),
  'avg_pool2d without padding in the mean': () =>
    new AvgPool2d(3, { stride: 2, padding: 1, countIncludePad: false }),
  flatten: () => new Flatten(),
  relu: () => new ReLU(),
  sigmoid: () => new Sigmoid(),
  tanh: () => new Tanh(),
  softmax: () => new Softmax(),
};

describe.each(goldens.layers)('$name', (golden) => {
  const layer = make[golden.name]?.();
  if (layer === undefined) throw new Error(`no layer for the golden ${golden.name}`);
  layer.loadStateDict(toStateDict(golden.state));

  it('agrees with PyTorch in values and gradients', () => {
    const x = toTensor(golden.x);
    x.requiresGrad = true;
    layer.zeroGrad();
    const y = layer.forward(x);
    expectClose(y, golden.y);
    mul(y, toTensor(golden.weights)).sum().backward();
    expectClose(x.grad, golden.xGrad);
    for (const [name, parameter] of layer.namedParameters()) {
      const expected = golden.grads[name];
      if (expected === undefined) throw new Error(`PyTorch has no ${name}`);
      expectClose(parameter.grad, expected, 1e-12, name);
    }
  });

  it('has the shape it says, and the gradients that differences give', () => {
    const x = randn([2, ...golden.x.shape.slice(1)], { dtype, requiresGrad: true });
    const y = layer.forward(x);
    expect(y.shape).toEqual([2, ...(layer.outputShape?.(x.shape.slice(1)) ?? [])]);
    const weights = randn(y.shape, { dtype });
    const value = () => noGrad(() => sum(mul(layer.forward(x), weights)).item());
    const leaves = [x, ...layer.parameters()];
    const gradients = gradientsOf(sum(mul(y, weights)), leaves);
    leaves.forEach((leaf, l) => {
      const gradient = gradients[l]?.toArray() ?? [];
      for (let i = 0; i < leaf.size; i += 7) {
        const difference = centralDifference(leaf.detach(), i, value);
        expect(Math.abs((gradient[i] ?? NaN) - difference)).toBeLessThan(1e-7);
      }
    });
  });
});

/** The derivative of `value` by element `i` of a tensor, which is written in place. */
function centralDifference(
  leaf: ReturnType<typeof tensor>,
  i: number,
  value: () => number,
): number {
  const step = 1e-5;
  const at = leaf.view()[i] ?? NaN;
  const moved = (to: number) => {
    leaf.view()[i] = to;
    return value();
  };
  const difference = (moved(at + step) - moved(at - step)) / (2 * step);
  leaf.view()[i] = at;
  return difference;
}

describe('Dropout', () => {
  it('zeroes and scales in training, and lets pass in evaluation', () => {
    const layer = new Dropout(0.25);
    const x = tensor(new Float32Array(4000).fill(3), { shape: [100, 40] });
    const y = layer.forward(x).toArray();
    const dropped = y.filter((value) => value === 0).length;
    expect(dropped / 4000).toBeCloseTo(0.25, 1);
    expect(y.every((value) => value === 0 || value === 4)).toBe(true);
    expect(layer.eval().forward(x)).toBe(x);
    expect(layer.train().forward(x).toArray()).not.toEqual(y);
    expect(new Dropout(0).forward(x)).toBe(x);
  });

  it('refuses what is no probability', () => {
    expect(() => new Dropout(1.5)).toThrow(ValueError);
    expect(() => new Dropout(NaN)).toThrow(ValueError);
  });
});

describe('sizes that do not fit', () => {
  it.each([
    ['Linear', new Linear(4, 3), [5], /4 features.*\[5\]/],
    ['Linear on a scalar', new Linear(4, 3), [], /4 features/],
    ['Conv2d with other channels', new Conv2d(2, 3, 3), [1, 8, 8], /2 channels.*\[1, 8, 8\]/],
    ['Conv2d on rows', new Conv2d(2, 3, 3), [64], /\[channels, height, width\].*\[64\]/],
    ['Conv2d larger than the image', new Conv2d(2, 3, 5, { padding: 1 }), [2, 2, 8], /5x5.*2x8/],
    ['MaxPool2d larger than the image', new MaxPool2d(4), [2, 3, 8], /4x4.*3x8/],
  ])('%s', (_, layer, inputShape, message) => {
    expect(() => layer.outputShape(inputShape)).toThrow(ShapeError);
    expect(() => layer.outputShape(inputShape)).toThrow(message);
  });

  it.each([
    ['Linear', () => new Linear(0, 3)],
    ['Linear with a fraction', () => new Linear(4, 2.5)],
    ['Conv2d', () => new Conv2d(1, 1, [3, 0])],
    ['Conv2d with a negative padding', () => new Conv2d(1, 1, 3, { padding: -1 })],
    ['Conv2d, same with a stride', () => new Conv2d(1, 1, 3, { stride: 2, padding: 'same' })],
    ['MaxPool2d with too much padding', () => new MaxPool2d(2, { padding: 2 })],
  ])('%s is refused when it is made', (_, construct) => {
    expect(construct).toThrow(ValueError);
  });

  it('Softmax does not mix samples', () => {
    expect(() => new Softmax(0).outputShape([3])).toThrow(/mixes the samples/);
    expect(new Softmax(1).outputShape([3, 4])).toEqual([3, 4]);
    expect(() => new Softmax(3).outputShape([3])).toThrow(ShapeError);
  });
});

describe('batches of none', () => {
  it.each(Object.entries(make))('%s', (_, construct) => {
    const golden = goldens.layers.find(({ name }) => name === _);
    const sample = golden?.x.shape.slice(1) ?? [];
    const layer = construct();
    const y = layer.forward(zeros([0, ...sample], { dtype }));
    expect(y.shape).toEqual([0, ...(layer.outputShape?.(sample) ?? [])]);
  });
});
