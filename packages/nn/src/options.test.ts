import { tensor, ValueError } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import * as nn from './index.js';

/** What JavaScript lets through, TypeScript does not. */
const js = nn as unknown as Record<string, new (...args: unknown[]) => unknown>;

function make(name: string, ...args: unknown[]): () => unknown {
  const type = js[name];
  if (type === undefined) throw new Error(`there is no ${name}`);
  return () => new type(...args);
}

const weights = () => [tensor([1, 2], { requiresGrad: true })];

describe('an option that there is not is refused, with the one that is meant', () => {
  it.each<[string, unknown[], RegExp]>([
    ['Linear', [2, 2, { bais: false }], /Linear has no option 'bais'. Did you mean 'bias'\?/],
    ['Conv2d', [1, 2, 3, { pad: 1 }], /Conv2d has no option 'pad'. Did you mean 'padding'\?/],
    ['Conv1d', [1, 2, 3, { strides: 1 }], /Did you mean 'stride'\?/],
    ['ConvTranspose2d', [1, 2, 3, { output_padding: 1 }], /Did you mean 'outputPadding'\?/],
    ['MaxPool2d', [2, { countIncludePad: true }], /MaxPool2d has no option 'countIncludePad'/],
    ['AvgPool2d', [2, { dilation: 2 }], /AvgPool2d has no option 'dilation'/],
    ['MultiheadAttention', [16, 4, { drop: 0.1 }], /Did you mean 'dropout'\?/],
    ['LayerNorm', [4, { epsilon: 1 }], /no option 'epsilon'.* It takes eps, affine, dtype\./],
    ['RMSNorm', [4, { bias: false }], /RMSNorm has no option 'bias'/],
    ['GroupNorm', [2, 4, { elementwiseAffine: false }], /GroupNorm has no option/],
    ['Embedding', [4, 2, { paddingIdx: 0 }], /Did you mean 'paddingIndex'\?/],
    ['PReLU', [1, { init: 0.1 }], /Did you mean 'initial'\?/],
    ['Upsample', [2, { align: true }], /Did you mean 'alignCorners'\?/],
    ['Parameter', [[2], { initialiser: nn.init.ones }], /Did you mean 'initializer'\?/],
    ['Adam', [weights(), { learningRate: 0.5 }], /Adam has no option.*Did you mean 'lr'\?/],
    ['AdamW', [weights(), { lr: 0.1, weight_decay: 0.1 }], /Did you mean 'weightDecay'\?/],
    ['SGD', [weights(), { lr: 0.1, momentm: 0.9 }], /Did you mean 'momentum'\?/],
    ['CrossEntropyLoss', [{ label_smoothing: 0.1 }], /Did you mean 'labelSmoothing'\?/],
    ['MSELoss', [{ delta: 1 }], /MSELoss has no option 'delta'. It takes reduction\./],
    ['L1Loss', [{ beta: 1 }], /L1Loss has no option/],
    ['BCELoss', [{ posWeight: [1] }], /BCELoss has no option/],
    ['BCEWithLogitsLoss', [{ pos_weight: [1] }], /Did you mean 'posWeight'\?/],
    ['HuberLoss', [{ beta: 1 }], /Did you mean 'delta'\?/],
    ['SmoothL1Loss', [{ delta: 1 }], /Did you mean 'beta'\?/],
    ['PoissonNLLLoss', [{ log: true }], /Did you mean 'logInput'\?/],
    ['NLLLoss', [{ ignore_index: 1 }], /Did you mean 'ignoreIndex'\?/],
  ])('%s %j', (name, args, message) => {
    expect(make(name, ...args)).toThrow(ValueError);
    expect(make(name, ...args)).toThrow(message);
  });
});

describe('options come in an object, with values of their kinds', () => {
  it.each<[string, unknown[], RegExp]>([
    ['Linear', [2, 2, false], /options come in an object, such as { bias: \.\.\. }, not as false/],
    ['Linear', [2, 2, null], /not as null/],
    ['Linear', [2, 2, { bias: 0 }], /'bias' is 0; it must be true or false/],
    ['Linear', [2, 2, { dtype: 'float32' }], /'dtype' is 'float32'; it must be 'f32' or 'f64'/],
    [
      'Linear',
      [2, 2, { weightInitializer: 0.5 }],
      /'weightInitializer' is 0.5; it must be a function/,
    ],
    ['Conv2d', [1, 2, 3, 1], /not as 1\. It takes stride, padding/],
    ['Conv2d', [1, 2, undefined], /kernelSize is undefined; it must be a whole number/],
    ['Conv2d', [1, 2, 3, { padding: 'full' }], /padding is 'full'/],
    ['MaxPool2d', [2, 2], /options come in an object, such as { stride/],
    ['Embedding', [4, 2, 0], /such as { paddingIndex/],
    ['LayerNorm', [undefined], /LayerNorm: normalizedShape is undefined/],
    ['Upsample', [2, { mode: 'cubic' }], /it must be 'nearest' or 'bilinear'/],
    ['Adam', [weights(), 0.1], /Adam: options come in an object, such as { lr: .* not as 0.1/],
    ['SGD', [weights(), { lr: '0.1' }], /'lr' is '0.1'; it must be a number/],
    ['CrossEntropyLoss', [[1, 2]], /not as \[1, 2\]/],
  ])('%s %j', (name, args, message) => {
    expect(make(name, ...args)).toThrow(ValueError);
    expect(make(name, ...args)).toThrow(message);
  });
});

it('gives losses the reduction of their functions', () => {
  const [x, y] = [tensor([1, 5]), tensor([0, 2])];
  expect(new nn.MSELoss({ reduction: 'sum' }).forward(x, y).item()).toBe(10);
  expect(new nn.L1Loss({ reduction: 'none' }).forward(x, y).toList()).toEqual([1, 3]);
});
