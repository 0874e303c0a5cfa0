import { manualSeed, ValueError, zeros as zeroTensor, type FloatDType } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { goldens } from '../test-support.js';
import * as init from './initializers.js';
import { Conv2d } from './layers/conv2d.js';
import { Linear } from './layers/linear.js';

const { shape, fanIn, fanOut, gains, leakyGain } = goldens.initializers;

/** Draws under one key: smallest, largest, mean and standard deviation. */
function statistics(initializer: init.Initializer, size = shape, dtype: FloatDType = 'f32') {
  const target = zeroTensor(size, { dtype });
  initializer(target, [1, 2, 3, 4, 5]);
  const data = [...target.toArray()];
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  return { low: Math.min(...data), high: Math.max(...data), mean, std: Math.sqrt(variance) };
}

/** Expects a spread over the whole of +-bound, and none beyond it. */
function expectUniform({ low, high, mean }: ReturnType<typeof statistics>, bound: number): void {
  expect(high).toBeLessThan(bound * (1 + 1e-6));
  expect(low).toBeGreaterThanOrEqual(-bound * (1 + 1e-6));
  expect(high).toBeGreaterThan(0.95 * bound);
  expect(low).toBeLessThan(-0.95 * bound);
  expect(Math.abs(mean)).toBeLessThan(0.15 * bound);
}

describe('the layers start as in PyTorch', () => {
  manualSeed(1);
  it('Linear: +-1 / sqrt(inFeatures) for weight and bias', () => {
    const layer = new Linear(64, 500);
    for (const { initializer, shape: own } of layer.parameters()) {
      expectUniform(statistics(initializer, own), 1 / 8);
    }
  });

  it('Conv2d: +-1 / sqrt(inChannels times window)', () => {
    const layer = new Conv2d(4, 500, [2, 2]);
    for (const { initializer, shape: own } of layer.parameters()) {
      expectUniform(statistics(initializer, own), 1 / 4);
    }
  });
});

describe.each(['f32', 'f64'] as const)('in %s', (dtype) => {
  it('uniform and normal', () => {
    const even = statistics(init.uniform(2, 4), [5000], dtype);
    expect(even.low).toBeGreaterThanOrEqual(2);
    expect(even.high).toBeLessThanOrEqual(4);
    expect(even.mean).toBeCloseTo(3, 1);
    const bell = statistics(init.normal(-1, 0.5), [5000], dtype);
    expect(bell.mean).toBeCloseTo(-1, 1);
    expect(bell.std).toBeCloseTo(0.5, 1);
  });

  it('constants', () => {
    expect(statistics(init.constant(1.5), [9], dtype)).toMatchObject({ low: 1.5, high: 1.5 });
    expect(statistics(init.zeros, [9], dtype)).toMatchObject({ low: 0, high: 0 });
    expect(statistics(init.ones, [9], dtype)).toMatchObject({ low: 1, high: 1 });
  });
});

describe('xavier and kaiming have the fans and gains of PyTorch', () => {
  it.each(['linear', 'sigmoid', 'tanh', 'relu'] as const)('%s', (gain) => {
    const size = [60, 40, 3, 5]; // ten times the golden's, for the statistics
    const bound = gains[gain] * Math.sqrt(6 / (10 * (fanIn + fanOut)));
    expectUniform(statistics(init.xavierUniform({ gain }), size), bound);
    const { std } = statistics(init.xavierNormal({ gain }), size);
    expect(std / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
  });

  it('in and out', () => {
    const size = [60, 40, 3, 5];
    expectUniform(
      statistics(init.kaimingUniform(), size),
      Math.sqrt(2) * Math.sqrt(3 / (10 * fanIn)),
    );
    const out = statistics(init.kaimingNormal({ gain: { leakyReLU: 0.2 }, mode: 'fanOut' }), size);
    expect(out.std / (leakyGain / Math.sqrt(10 * fanOut))).toBeCloseTo(1, 1);
  });

  it('need a weight of two axes', () => {
    expect(() => statistics(init.xavierUniform(), [3])).toThrow(ValueError);
  });
});
