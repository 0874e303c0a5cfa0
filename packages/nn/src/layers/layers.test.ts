import {
  gradientsOf,
  mul,
  noGrad,
  ones,
  randn,
  ShapeError,
  sum,
  tensor,
  ValueError,
  type Tensor,
  zeros,
} from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { expectClose, goldens, toStateDict, toTensor, type Numbers } from '../../test-support.js';
import type { Module } from '../module.js';
import { AdaptiveAvgPool2d } from './adaptive-avg-pool2d.js';
import { AvgPool2d } from './avg-pool2d.js';
import { CELU } from './celu.js';
import { Conv1d } from './conv1d.js';
import { Conv2d } from './conv2d.js';
import { ConvTranspose2d } from './conv-transpose2d.js';
import { Dropout } from './dropout.js';
import { Dropout2d } from './dropout2d.js';
import { ELU } from './elu.js';
import { Embedding } from './embedding.js';
import { Flatten } from './flatten.js';
import { GELU } from './gelu.js';
import { GroupNorm } from './group-norm.js';
import { Hardsigmoid } from './hardsigmoid.js';
import { Hardswish } from './hardswish.js';
import { Hardtanh } from './hardtanh.js';
import { Identity } from './identity.js';
import { LayerNorm } from './layer-norm.js';
import { LeakyReLU } from './leaky-relu.js';
import { Linear } from './linear.js';
import { LogSigmoid } from './log-sigmoid.js';
import { LogSoftmax } from './log-softmax.js';
import { MaxPool2d } from './max-pool2d.js';
import { Mish } from './mish.js';
import { MultiheadAttention } from './multihead-attention.js';
import { PReLU } from './prelu.js';
import { ReLU } from './relu.js';
import { ReLU6 } from './relu6.js';
import { RMSNorm } from './rms-norm.js';
import { SELU } from './selu.js';
import { Sigmoid } from './sigmoid.js';
import { SiLU } from './silu.js';
import { Softmax } from './softmax.js';
import { Softplus } from './softplus.js';
import { Softsign } from './softsign.js';
import { Tanh } from './tanh.js';
import { Upsample } from './upsample.js';

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
  'conv2d dilated': () => new Conv2d(2, 3, [3, 2], { padding: 1, dilation: [2, 3], dtype }),
  'conv2d in groups': () => new Conv2d(4, 6, 3, { stride: 2, padding: 1, groups: 2, dtype }),
  conv1d: () => new Conv1d(4, 2, 3, { stride: 2, padding: 2, dilation: 2, groups: 2, dtype }),
  'conv1d same': () => new Conv1d(2, 3, 3, { padding: 'same', bias: false, dtype }),
  conv_transpose2d: () => new ConvTranspose2d(2, 3, 2, { stride: 2, dtype }),
  'conv_transpose2d in groups': () =>
    new ConvTranspose2d(4, 6, 3, {
      stride: [2, 3],
      padding: 1,
      outputPadding: [1, 2],
      dilation: 2,
      groups: 2,
      dtype,
    }),
  adaptive_avg_pool2d: () => new AdaptiveAvgPool2d([3, 2]),
  'adaptive_avg_pool2d of all': () => new AdaptiveAvgPool2d(1),
  layer_norm: () => new LayerNorm(5, { dtype }),
  'layer_norm of two axes': () => new LayerNorm([3, 4], { eps: 0.1, dtype }),
  'layer_norm alone': () => new LayerNorm(4, { affine: false }),
  rms_norm: () => new RMSNorm(5, { eps: 0.01, dtype }),
  group_norm: () => new GroupNorm(2, 4, { dtype }),
  multihead_attention: () => new MultiheadAttention(6, 2, { causal: true, dtype }),
  leaky_relu: () => new LeakyReLU(0.1),
  prelu: () => new PReLU(1, { dtype }),
  'prelu by channel': () => new PReLU(3, { dtype }),
  elu: () => new ELU(0.5),
  celu: () => new CELU(0.5),
  selu: () => new SELU(),
  gelu: () => new GELU(),
  'gelu by tanh': () => new GELU('tanh'),
  silu: () => new SiLU(),
  mish: () => new Mish(),
  softplus: () => new Softplus(2),
  softsign: () => new Softsign(),
  log_sigmoid: () => new LogSigmoid(),
  hardtanh: () => new Hardtanh(-0.5, 1.5),
  relu6: () => new ReLU6(),
  hardswish: () => new Hardswish(),
  identity: () => new Identity(),
  log_softmax: () => new LogSoftmax(),
  'max_pool2d dilated': () =>
    new MaxPool2d(2, { stride: 3, padding: 1, dilation: 2, ceilMode: true }),
  'avg_pool2d rounded up': () => new AvgPool2d(3, { stride: 2, ceilMode: true }),
  upsample: () => new Upsample(1.5),
  'upsample bilinear': () => new Upsample(2, { mode: 'bilinear', alignCorners: true }),
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
    ['Conv2d dilated beyond it', new Conv2d(2, 3, 3, { dilation: 4 }), [2, 8, 9], /4x4.*8x9/],
    ['Conv1d with other channels', new Conv1d(2, 3, 3), [1, 8], /2 channels.*\[1, 8\]/],
    ['ConvTranspose2d', new ConvTranspose2d(2, 3, 3), [1, 8, 8], /2 channels.*\[1, 8, 8\]/],
    [
      'ConvTranspose2d that leaves nothing',
      new ConvTranspose2d(2, 3, 1, { padding: 1 }),
      [2, 2, 2],
      /0x0/,
    ],
    ['Upsample that leaves nothing', new Upsample(0.2), [2, 4, 8], /nothing.*4x8/],
    ['LayerNorm', new LayerNorm([3, 4]), [4], /\[3, 4\].*\[4\]/],
    ['RMSNorm', new RMSNorm(3), [4], /\[3\].*\[4\]/],
    ['GroupNorm', new GroupNorm(2, 4), [6, 3], /4 channels.*\[6, 3\]/],
    ['MultiheadAttention', new MultiheadAttention(4, 2), [5], /4 features.*\[5\]/],
    ['PReLU', new PReLU(3), [4], /3 slopes.*\[4\]/],
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
    ['Conv2d with groups that do not divide', () => new Conv2d(3, 4, 1, { groups: 2 })],
    ['Conv1d, same with a stride', () => new Conv1d(1, 1, 3, { stride: 2, padding: 'same' })],
    ['ConvTranspose2d', () => new ConvTranspose2d(1, 1, 3, { outputPadding: 1 })],
    ['AdaptiveAvgPool2d', () => new AdaptiveAvgPool2d(0)],
    ['LayerNorm', () => new LayerNorm([3, 0])],
    ['GroupNorm', () => new GroupNorm(3, 4)],
    ['Embedding', () => new Embedding(0, 4)],
    ['MultiheadAttention', () => new MultiheadAttention(6, 4)],
    ['MultiheadAttention with a dropout', () => new MultiheadAttention(6, 2, { dropout: 2 })],
    ['PReLU', () => new PReLU(0)],
    ['Upsample', () => new Upsample(-1)],
    ['Upsample, nearest by corners', () => new Upsample(2, { alignCorners: true })],
  ])('%s is refused when it is made', (_, construct) => {
    expect(construct).toThrow(ValueError);
  });

  it('Softmax does not mix samples', () => {
    expect(() => new Softmax(0).outputShape([3])).toThrow(/mixes the samples/);
    expect(new Softmax(1).outputShape([3, 4])).toEqual([3, 4]);
    expect(() => new Softmax(3).outputShape([3])).toThrow(ShapeError);
  });
});

// PyTorch 1.13 has but an f32 sixth in f64.
it('Hardsigmoid goes from 0 to 1 between -3 and 3', () => {
  const layer = new Hardsigmoid();
  const x = tensor([-4, -3, 0, 1.5, 5], { dtype });
  expect([...layer.forward(x).view()]).toEqual([0, 0, 0.5, 0.75, 1]);
  expect(layer.outputShape([2, 3])).toEqual([2, 3]);
});

describe('Dropout2d', () => {
  it('drops whole channels in training, and none in evaluation', () => {
    const layer = new Dropout2d(0.5);
    const x = ones([8, 8, 3]);
    const y = layer.forward(x).toArray();
    const channels = Array.from({ length: 64 }, (_, i) => [...y.slice(3 * i, 3 * i + 3)]);
    for (const [first = NaN, ...others] of channels) {
      expect([0, 2]).toContain(first);
      expect(others).toEqual([first, first]);
    }
    expect(channels.filter(([first]) => first === 0).length).toBeGreaterThan(16);
    expect(layer.eval().forward(x)).toBe(x);
    expect(() => layer.outputShape([])).toThrow(ShapeError);
  });
});

describe('Embedding', () => {
  it('keeps a vector for padding at zero', () => {
    const layer = new Embedding(3, 2, { paddingIndex: 1, dtype });
    const y = layer.forward(tensor(Int32Array.of(1, 2, 1)));
    y.sum().backward();
    expect([...layer.weight.view()].slice(2, 4)).toEqual([0, 0]);
    expect([...(layer.weight.grad?.view() ?? [])]).toEqual([0, 0, 0, 0, 1, 1]);
    expect(() => new Embedding(3, 2, { paddingIndex: 3 })).toThrow(ValueError);
  });

  it('takes vectors by index, and adds up their gradients', () => {
    const layer = new Embedding(4, 2, { dtype });
    layer.weight.write([0, 1, 2, 3, 4, 5, 6, 7]);
    const y = layer.forward(tensor(Int32Array.of(3, 0, 3), { shape: [3, 1] }));
    expect(y.shape).toEqual([3, ...layer.outputShape([1])]);
    expect([...y.view()]).toEqual([6, 7, 0, 1, 6, 7]);
    y.sum().backward();
    expect([...(layer.weight.grad?.view() ?? [])]).toEqual([1, 1, 0, 0, 0, 0, 2, 2]);
    expect(() => layer.forward(tensor(Int32Array.of(4)))).toThrow(ValueError);
  });
});

describe('MultiheadAttention', () => {
  it('attends to itself as to another that is equal, with the dropout of training', () => {
    const layer = new MultiheadAttention(6, 2, { dropout: 0.5, dtype });
    const x = randn([2, 3, 6], { dtype });
    const evaluated = layer.eval().forward(x);
    expectClose(layer.attend(x, x.clone(), x.clone()), numbersOf(evaluated));
    expect(layer.train().forward(x).toArray()).not.toEqual(evaluated.toArray());
    expect([...layer.stateDict().keys()]).toEqual([
      'in_proj_weight',
      'in_proj_bias',
      'out_proj.weight',
      'out_proj.bias',
    ]);
  });
});

/** A tensor as the goldens hold them. */
function numbersOf(x: Tensor): Numbers {
  return { shape: x.shape, data: [...x.view()] };
}

describe('batches of none', () => {
  it.each(Object.entries(make))('%s', (_, construct) => {
    const golden = goldens.layers.find(({ name }) => name === _);
    const sample = golden?.x.shape.slice(1) ?? [];
    const layer = construct();
    const y = layer.forward(zeros([0, ...sample], { dtype }));
    expect(y.shape).toEqual([0, ...(layer.outputShape?.(sample) ?? [])]);
  });
});
