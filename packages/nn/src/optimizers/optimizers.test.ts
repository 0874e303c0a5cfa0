import {
  bytesPerElement,
  engine,
  GradientError,
  manualSeed,
  mul,
  randn,
  sum,
  tensor,
  ValueError,
  type Tensor,
} from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { expectClose, goldens, toTensor } from '../../test-support.js';
import { Linear } from '../layers/linear.js';
import { Adam, AdamW } from './adam.js';
import { buildOptimizer, type OptimizerSpec } from './optimizer-types.js';
import { Optimizer } from './optimizer.js';
import { SGD } from './sgd.js';
import type { UpdateRule } from './update-rule.js';

describe.each(goldens.optimizers)('$type $args', ({ type, args, initial, steps }) => {
  const spec = { type, ...args } as OptimizerSpec;

  it.each([
    ['f64', 1e-13],
    ['f32', 2e-6],
  ] as const)('takes the steps of PyTorch in %s', (dtype, tolerance) => {
    const tensors = initial.map((values) => toTensor(values, dtype));
    for (const leaf of tensors) leaf.requiresGrad = true;
    const { rule, lr } = buildOptimizer(spec);
    const optimizer = new Optimizer(tensors, lr, rule);
    steps.forEach(({ grads, parameters }, step) => {
      tensors.forEach((leaf, i) => {
        const gradient = grads[i] ?? null;
        leaf.grad = gradient === null ? null : toTensor(gradient, dtype);
      });
      optimizer.step();
      parameters.forEach((expected, i) => {
        expectClose(tensors[i] ?? null, expected, tolerance, `step ${step}, parameter ${i}`);
      });
    });
  });

  it('gives the same bits in place and from one generation to the next, whole and in spans', () => {
    const { rule, lr } = buildOptimizer(spec);
    expect(generations(rule, lr, [1000])).toEqual(generations(rule, lr, [96, 512, 1000]));
  });
});

/** Three updates of 1000 elements that alternate between two places, cut at the given ends. */
function generations(rule: UpdateRule, lr: number, ends: readonly number[]): Float32Array {
  manualSeed(3);
  const size = 1000;
  const bytes = size * bytesPerElement('f32');
  const places = Array.from({ length: 2 }, () =>
    Array.from({ length: 1 + rule.stateNames.length }, () => engine().heap.allocate(bytes, 'test')),
  );
  const [even = [], odd = []] = places;
  const at = (address: number) => new Float32Array(engine().memory, address, size);
  for (const address of even) at(address).fill(0);
  at(even[0] ?? 0).set(randn([size]).toArray());
  for (let step = 1; step <= 3; step++) {
    const [from, to] = step % 2 === 1 ? [even, odd] : [odd, even];
    const gradient = randn([size]);
    let start = 0;
    for (const end of ends) {
      const slots = from.map((address, i) => ({
        from: address + 4 * start,
        to: (to[i] ?? 0) + 4 * start,
      }));
      const [parameter, ...states] = slots;
      if (parameter === undefined) throw new Error('a parameter has a place');
      rule.update({
        dtype: 'f32',
        count: end - start,
        parameter,
        gradient: gradient.address() + 4 * start,
        states,
        gradientScale: 0.5,
        learningRate: lr,
        step,
      });
      start = end;
    }
  }
  const result = at(odd[0] ?? 0).slice();
  for (const address of places.flat()) engine().heap.free(address);
  return result;
}

describe('an optimizer', () => {
  const minimise = (optimizer: Optimizer, x: Tensor) => {
    for (let i = 0; i < 400; i++) {
      optimizer.zeroGrad();
      sum(mul(x.sub(3), x.sub(3))).backward();
      optimizer.step();
    }
    return x.item();
  };

  it.each<[string, (x: Tensor) => Optimizer]>([
    ['SGD', (x: Tensor) => new SGD([x], { lr: 0.05, momentum: 0.5 })],
    ['Adam', (x: Tensor) => new Adam([x], { lr: 0.1 })],
    ['AdamW', (x: Tensor) => new AdamW([x], { lr: 0.1, weightDecay: 0 })],
  ])('%s finds a minimum', (_, make) => {
    const x = tensor(0, { requiresGrad: true });
    expect(minimise(make(x), x)).toBeCloseTo(3, 3);
  });

  it('updates a tensor that it is given twice once', () => {
    const x = tensor(1, { requiresGrad: true });
    x.grad = tensor(1);
    new SGD([x, x], { lr: 0.25 }).step();
    expect(x.item()).toBe(0.75);
  });

  it('follows its learning rate', () => {
    const x = tensor(1, { requiresGrad: true });
    x.grad = tensor(1);
    const optimizer = new SGD([x], { lr: 1 });
    optimizer.lr = 0;
    optimizer.step();
    expect(x.item()).toBe(1);
    expect(() => (optimizer.lr = -1)).toThrow(ValueError);
    expect(() => (optimizer.lr = NaN)).toThrow(ValueError);
  });

  it('is noticed by a backward pass over what it overwrote', () => {
    const layer = new Linear(2, 2);
    const optimizer = new SGD(layer.parameters(), { lr: 0.1 });
    const x = randn([3, 2], { requiresGrad: true });
    const loss = layer.forward(x).square().sum();
    loss.backward(undefined, { retainGraph: true });
    optimizer.step();
    expect(() => loss.backward()).toThrow(GradientError);
  });

  it('refuses what it cannot train', () => {
    expect(() => new SGD([], { lr: 0.1 })).toThrow(ValueError);
    expect(() => new SGD([tensor(1)], { lr: 0.1 })).toThrow(GradientError);
    const result = tensor(1, { requiresGrad: true }).mul(2);
    expect(() => new SGD([result], { lr: 0.1 })).toThrow(/result of an operation/);
  });

  it.each<[string, () => Optimizer]>([
    ['momentum', () => new SGD([], { lr: 0.1, momentum: 1 })],
    ['nesterov', () => new SGD([], { lr: 0.1, nesterov: true })],
    ['weightDecay', () => new SGD([], { lr: 0.1, weightDecay: -1 })],
    ['beta1', () => new Adam([], { beta1: 1 })],
    ['beta2', () => new AdamW([], { beta2: NaN })],
    ['eps', () => new Adam([], { eps: -1 })],
  ])('refuses a %s out of range', (name, make) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(name);
  });
});

describe('buildOptimizer', () => {
  it.each([
    [{ type: 'sdg', lr: 1 }, ['optimizer', 'type'], /Did you mean 'sgd'/],
    [{ type: 'sgd' }, ['optimizer'], /needs 'lr'/],
    [{ type: 'sgd', lr: -1 }, ['optimizer', 'lr'], /at least 0/],
    [{ type: 'sgd', lr: 0.1, nesterov: true }, ['optimizer'], /with a momentum/],
    [{ type: 'adam', beta1: 1 }, ['optimizer', 'beta1'], /below 1/],
    [{ type: 'adam', betas: 1 }, ['optimizer', 'betas'], /Did you mean 'beta1'/],
  ])('%j', (spec, path, message) => {
    const build = () => buildOptimizer(spec as OptimizerSpec);
    expect(build).toThrow(message);
    expect(build).toThrow(expect.objectContaining({ path }) as Error);
  });
});
