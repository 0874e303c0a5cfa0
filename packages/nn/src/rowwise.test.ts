import { describe, expect, it } from 'vitest';
import { relu, type Tensor } from '@dltrain/core';
import { Dropout } from './layers/dropout.js';
import { Linear } from './layers/linear.js';
import { ReLU } from './layers/relu.js';
import { Tanh } from './layers/tanh.js';
import { isRowwise } from './rowwise.js';
import { Sequential } from './sequential.js';

const linear = () => new Linear(3, 3);

describe('isRowwise', () => {
  it('is so for sequences of layers that treat samples one by one', () => {
    expect(isRowwise(linear())).toBe(true);
    expect(isRowwise(new Sequential(linear(), new Sequential(new ReLU(), linear())))).toBe(true);
  });

  it('is not where a layer looks at other samples, or draws random numbers', () => {
    expect(isRowwise(new Sequential(linear(), new Dropout(0.5)))).toBe(false);
  });

  it('is not where a layer or a parameter is used twice, at any depth', () => {
    const shared = linear();
    expect(isRowwise(new Sequential(shared, new Sequential(new Tanh(), shared)))).toBe(false);
    const [a, b] = [linear(), linear()];
    (b as { weight: unknown }).weight = a.weight;
    expect(isRowwise(new Sequential(a, new Tanh(), b))).toBe(false);
  });

  it("is not for what a user's code computes", () => {
    class Own extends Linear {
      override forward(x: Tensor): Tensor {
        return relu(super.forward(x));
      }
    }
    expect(isRowwise(new Own(3, 3))).toBe(false);
    for (const patched of [linear(), new Tanh(), new Sequential(linear())]) {
      patched.forward = (x: Tensor) => x.sub(x.mean());
      expect(isRowwise(new Sequential(patched))).toBe(false);
    }
  });
});
