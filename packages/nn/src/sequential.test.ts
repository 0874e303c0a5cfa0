import { crossEntropy, gradientsOf, randn, ShapeError, sum, type Tensor } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { expectClose, goldens, toStateDict, toTensor } from '../test-support.js';
import { AvgPool2d } from './layers/avg-pool2d.js';
import { Conv2d } from './layers/conv2d.js';
import { Flatten } from './layers/flatten.js';
import { Linear } from './layers/linear.js';
import { MaxPool2d } from './layers/max-pool2d.js';
import { ReLU } from './layers/relu.js';
import { Sigmoid } from './layers/sigmoid.js';
import { Tanh } from './layers/tanh.js';
import { Module } from './module.js';
import { SGD } from './optimizers/sgd.js';
import { Sequential } from './sequential.js';

describe('an activation behind a layer', () => {
  const cases = [
    ['Linear', () => new Linear(37, 19), [11, 37]],
    ['Conv2d', () => new Conv2d(3, 5, 3, { padding: 1 }), [2, 3, 9, 7]],
  ] as const;
  const activations = [new ReLU(), new Sigmoid(), new Tanh()].map(
    (layer) => [layer.constructor.name, layer] as const,
  );
  it.each(cases.flatMap((layer) => activations.map((act) => [...layer, ...act] as const)))(
    '%s: fused with %4$s it gives the same bits, forward and back',
    (_, make, shape, __, activation) => {
      const layer = make();
      const x = randn(shape, { requiresGrad: true });
      const leaves = [x, ...layer.parameters()];
      const fused = new Sequential(layer, activation).forward(x);
      const plain = activation.forward(layer.forward(x));
      expect(fused.node?.op.name).not.toBe(plain.node?.op.name);
      expect(fused.toArray()).toEqual(plain.toArray());
      const [a, b] = [fused, plain].map((y) =>
        gradientsOf(sum(y.square()), leaves).map((gradient) => gradient.toArray()),
      );
      expect(a).toEqual(b);
    },
  );

  it('runs by itself where a subclass or an instance has a forward of its own', () => {
    class Doubled extends Linear {
      override forward(x: Tensor): Tensor {
        return super.forward(x).mul(2);
      }
    }
    const doubled = new Doubled(2, 2);
    const x = randn([1, 2]);
    const expected = doubled.forward(x).relu().toArray();
    expect(new Sequential(doubled, new ReLU()).forward(x).toArray()).toEqual(expected);
    const relu = new ReLU();
    let calls = 0;
    relu.forward = (input) => {
      calls++;
      return input;
    };
    new Sequential(new Linear(2, 2), relu).forward(x);
    expect(calls).toBe(1);
  });
});

describe('outputShape', () => {
  it('follows the layers', () => {
    const model = new Sequential(new Conv2d(1, 4, 3), new ReLU(), new MaxPool2d(2), new Flatten());
    expect(model.outputShape([1, 8, 8])).toEqual([36]);
    expect(() => model.outputShape([3, 8, 8])).toThrow(ShapeError);
  });

  it('names a module that does not tell', () => {
    class Mystery extends Module {
      forward(x: Tensor): Tensor {
        return x;
      }
    }
    const model = new Sequential(new ReLU(), new Mystery());
    expect(() => model.outputShape([1])).toThrow(/layer 1 \(Mystery\)/);
  });
});

describe('a network of every layer, trained as in PyTorch', () => {
  const { initial, x, y, losses, final } = goldens.training;

  it.each([
    ['f64', 1e-10],
    ['f32', 2e-5],
  ] as const)('in %s', (dtype, tolerance) => {
    const model = new Sequential(
      new Conv2d(1, 3, 3, { padding: 'same', dtype }),
      new ReLU(),
      new MaxPool2d(2),
      new Conv2d(3, 4, 2, { dtype }),
      new Sigmoid(),
      new AvgPool2d(2, { padding: 1 }),
      new Flatten(),
      new Linear(16, 6, { dtype }),
      new Tanh(),
      new Linear(6, 3, { dtype }),
    );
    model.loadStateDict(toStateDict(initial, dtype));
    const [inputs, targets] = [toTensor(x, dtype), toTensor(y, 'i32')];
    const optimizer = new SGD(model.parameters(), { lr: 0.2, momentum: 0.9 });
    for (const expected of losses) {
      optimizer.zeroGrad();
      const loss = crossEntropy(model.forward(inputs), targets);
      loss.backward();
      optimizer.step();
      expect(Math.abs(loss.item() - expected)).toBeLessThan(tolerance);
    }
    for (const [name, parameter] of model.namedParameters()) {
      const expected = final[name];
      if (expected === undefined) throw new Error(`PyTorch has no ${name}`);
      expectClose(parameter, expected, tolerance, name);
    }
  });
});
