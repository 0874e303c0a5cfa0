import { relu, zeros, type Tensor } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { Linear } from './layers/linear.js';
import { ReLU } from './layers/relu.js';
import { Module } from './module.js';
import { Sequential } from './sequential.js';
import { callOf, traceModules } from './trace-modules.js';

class Twice extends Module {
  readonly inner = new Linear(3, 3);
  forward(x: Tensor): Tensor {
    return relu(this.inner.forward(this.inner.forward(x))).add(x);
  }
}

describe('traceModules', () => {
  it('notes what ran inside of what, how often, and which ops were recorded where', () => {
    const model = new Sequential(new Linear(2, 3), new ReLU(), new Twice());
    const { result, calls } = traceModules(model, () => model.forward(zeros([4, 2])));
    expect(calls.map(({ path, turn, parent }) => [path, turn, parent?.path ?? null])).toEqual([
      ['', 1, null],
      ['0', 1, ''],
      ['1', 1, ''],
      ['2', 1, ''],
      ['2.inner', 1, '2'],
      ['2.inner', 2, '2'],
    ]);
    const sum = result.node;
    const [rectified] = sum?.inputs ?? [];
    const [second = zeros([1])] = rectified?.node?.inputs ?? [];
    expect(callOf(result, calls)?.path).toBe('2');
    expect(callOf(second, calls)).toBe(calls[5]);
    expect(callOf(zeros([1]), calls)).toBeNull();
  });

  it('leaves the model as it was, even when the work throws', () => {
    const model = new Sequential(new Linear(2, 2), new ReLU());
    const own = new ReLU();
    const replaced = (x: Tensor): Tensor => x;
    own.forward = replaced;
    const whole = new Sequential(model, own);
    const before = [...whole.namedModules().values()].map((module) => Object.keys(module));
    expect(() => traceModules(whole, () => whole.forward(zeros([1, 3])))).toThrow('linear');
    const modules = [...whole.namedModules().values()];
    expect(modules.map((module) => Object.keys(module))).toEqual(before);
    expect(Object.hasOwn(model, 'forward')).toBe(false);
    expect(Object.getOwnPropertyDescriptor(own, 'forward')?.value).toBe(replaced);
  });

  it('gives the same bits as the model alone', () => {
    const model = new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1));
    const x = zeros([2, 2]).add(0.7);
    const traced = traceModules(model, () => model.forward(x)).result.toArray();
    expect(traced).toEqual(model.forward(x).toArray());
  });
});
