import { crossEntropy, engine, manualSeed, noGrad, randint, randn } from '@dltrain/core';
import { expect, it } from 'vitest';
import { Dropout } from './layers/dropout.js';
import { Linear } from './layers/linear.js';
import { ReLU } from './layers/relu.js';
import { metricTypes } from './metrics/metric-types.js';
import { Adam } from './optimizers/adam.js';
import type { Optimizer } from './optimizers/optimizer.js';
import { clipGradNorm } from './optimizers/clip-grad-norm.js';
import { SGD } from './optimizers/sgd.js';
import { Sequential } from './sequential.js';

const model = new Sequential(new Linear(20, 32), new ReLU(), new Dropout(0.1), new Linear(32, 3));
manualSeed(1);
const x = randn([16, 20]);
const y = randint(0, 3, [16]);

it.each<[string, Optimizer]>([
  ['SGD', new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 })],
  ['Adam with clipping', new Adam(model.parameters())],
])('10,000 steps of a plain loop leave the memory flat: %s', (name, optimizer) => {
  let early = 0;
  for (let step = 0; step < 10_000; step++) {
    optimizer.zeroGrad();
    const logits = model.forward(x);
    const loss = crossEntropy(logits, y);
    loss.backward();
    if (name !== 'SGD') clipGradNorm(model.parameters(), 1);
    optimizer.step();
    if (step % 1000 === 0) {
      expect(loss.item()).toBeLessThan(2);
      expect(metricTypes.accuracy.compute(logits, y).weight).toBe(16);
    }
    if (step === 500) early = engine().heap.used;
  }
  expect(engine().heap.used).toBeLessThanOrEqual(early);
});

it('10,000 predictions in a plain loop leave the memory flat', () => {
  model.eval();
  const predict = () => noGrad(() => model.forward(x).argmax({ axis: 1 }));
  let early = 0;
  for (let step = 0; step < 10_000; step++) {
    predict();
    if (step === 5000) early = engine().heap.used;
  }
  expect(engine().heap.used).toBeLessThanOrEqual(Math.max(early, 32 * 2 ** 20));
});
