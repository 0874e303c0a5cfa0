import { zeros } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import type { Module } from '../module.js';
import { withoutInit } from '../parameter.js';
import { buildLayers, LayerError } from './build-layers.js';
import { layerTypes, type LayerSpec } from './layer-types.js';

describe('buildLayers', () => {
  it('infers sizes from layer to layer', () => {
    const model = buildLayers({
      input: [1, 28, 28],
      layers: [
        { type: 'conv2d', outChannels: 32, kernelSize: 3, padding: 'same' },
        'relu',
        { type: 'max_pool2d', kernelSize: 2 },
        { type: 'conv2d', outChannels: 8, kernelSize: [3, 5], stride: 2, padding: [1, 2] },
        'tanh',
        { type: 'avg_pool2d', kernelSize: 3, stride: 2, padding: 1, countIncludePad: false },
        'flatten',
        { type: 'dropout', p: 0.1 },
        { type: 'linear', outFeatures: 16, bias: false },
        'sigmoid',
        { type: 'linear', outFeatures: 10, inFeatures: 16 },
        'softmax',
      ],
    });
    expect(model.outputShape([1, 28, 28])).toEqual([10]);
    expect([...model.namedParameters()].map(([name, { shape }]) => [name, ...shape])).toEqual([
      ['0.weight', 32, 1, 3, 3],
      ['0.bias', 32],
      ['3.weight', 8, 32, 3, 5],
      ['3.bias', 8],
      ['8.weight', 16, 128],
      ['10.weight', 10, 16],
      ['10.bias', 10],
    ]);
  });

  it('builds convolutions, norms, attention and every activation', () => {
    const images = buildLayers({
      input: [4, 7, 6],
      layers: [
        { type: 'conv2d', outChannels: 8, kernelSize: 3, dilation: 2, groups: 2, padding: 'same' },
        { type: 'group_norm', groups: 2 },
        { type: 'prelu', perChannel: true },
        { type: 'conv_transpose2d', outChannels: 6, kernelSize: 2, stride: 2 },
        { type: 'layer_norm', axes: 3 },
        'dropout2d',
        { type: 'upsample', scaleFactor: 1.5, bilinear: true },
        { type: 'max_pool2d', kernelSize: 2, dilation: 2, ceilMode: true },
        { type: 'adaptive_avg_pool2d', outputSize: [5, 4] },
      ],
    });
    expect(images.outputShape([4, 7, 6])).toEqual([6, 5, 4]);
    expect(images.forward(zeros([2, 4, 7, 6])).shape).toEqual([2, 6, 5, 4]);
    const signals = buildLayers({
      input: [4, 12],
      layers: [
        { type: 'conv1d', outChannels: 6, kernelSize: 3, padding: 1, stride: 2 },
        ...(['leaky_relu', 'elu', 'celu', 'selu', 'gelu', 'silu', 'mish', 'softplus'] as const),
        ...(['softsign', 'log_sigmoid', 'hardtanh', 'relu6', 'hardsigmoid', 'hardswish'] as const),
        'identity',
        'rms_norm',
        { type: 'multihead_attention', heads: 3, causal: true },
        'log_softmax',
      ],
    });
    expect(signals.outputShape([4, 12])).toEqual([6, 6]);
    expect(signals.forward(zeros([2, 4, 12])).shape).toEqual([2, 6, 6]);
  });

  const image = [3, 8, 8];
  const flat = [12];
  it.each<[string, readonly number[], unknown[], (string | number)[], RegExp]>([
    ['an unknown layer', flat, ['rleu'], ['layers', 0, 'type'], /'rleu'.*Did you mean 'relu'/],
    ['a name of the prototype', flat, ['toString'], ['layers', 0, 'type'], /no layer 'toString'/],
    ['a bare name that needs more', flat, ['relu', 'linear'], ['layers', 1], /needs 'outFeatures'/],
    [
      'an unknown argument',
      flat,
      [{ type: 'linear', outFeature: 3 }],
      ['layers', 0, 'outFeature'],
      /Did you mean 'outFeatures'/,
    ],
    [
      'a wrong kind',
      flat,
      [{ type: 'linear', outFeatures: '10' }],
      ['layers', 0, 'outFeatures'],
      /'10'.*whole number/,
    ],
    [
      'a number out of range',
      flat,
      ['relu', { type: 'dropout', p: 1.5 }],
      ['layers', 1, 'p'],
      /at most 1/,
    ],
    [
      'a size that is none',
      image,
      [{ type: 'conv2d', outChannels: 1, kernelSize: [3, 3, 3] }],
      ['layers', 0, 'kernelSize'],
      /\[height, width\]/,
    ],
    ['linear on images', image, [{ type: 'linear', outFeatures: 2 }], ['layers', 0], /put flatten/],
    [
      'other features than inferred',
      flat,
      [{ type: 'linear', outFeatures: 2, inFeatures: 13 }],
      ['layers', 0, 'inFeatures'],
      /13 input features.*12/,
    ],
    [
      'other channels than inferred',
      image,
      [{ type: 'conv2d', outChannels: 2, inChannels: 1, kernelSize: 1 }],
      ['layers', 0, 'inChannels'],
      /1 input channels.*3/,
    ],
    [
      'a window that does not fit',
      image,
      ['relu', 'relu', { type: 'max_pool2d', kernelSize: 9 }],
      ['layers', 2, 'kernelSize'],
      /layer 2 \(max_pool2d, on input \[3, 8, 8\]\).*9x9.*8x8/,
    ],
    [
      'same with a stride',
      image,
      [{ type: 'conv2d', outChannels: 1, kernelSize: 3, stride: 2, padding: 'same' }],
      ['layers', 0],
      /stride of 1/,
    ],
    [
      'groups that do not divide',
      image,
      [{ type: 'conv2d', outChannels: 2, kernelSize: 1, groups: 2 }],
      ['layers', 0],
      /divides 3 and 2/,
    ],
    [
      'more axes than there are',
      flat,
      [{ type: 'layer_norm', axes: 2 }],
      ['layers', 0, 'axes'],
      /fewer than 2/,
    ],
    [
      'signals of images',
      image,
      [{ type: 'conv1d', outChannels: 2, kernelSize: 1 }],
      ['layers', 0],
      /length/,
    ],
    [
      'attention on rows',
      flat,
      [{ type: 'multihead_attention', heads: 2 }],
      ['layers', 0],
      /features/,
    ],
    ['convolution on rows', flat, [{ type: 'max_pool2d', kernelSize: 2 }], ['layers', 0], /\[12\]/],
    ['no layer', flat, [], ['layers'], /at least one/],
    ['no input', [], ['relu'], ['input'], /\[784\]/],
    ['an input of nothing', [0], ['relu'], ['input'], /one or more/],
  ])('tells the place of %s', (_, input, layers, path, message) => {
    const build = () => withoutInit(() => buildLayers({ input, layers: layers as LayerSpec[] }));
    expect(build).toThrow(LayerError);
    expect(build).toThrow(message);
    expect(build).toThrow(expect.objectContaining({ path }) as Error);
  });
});

describe('the registry', () => {
  it('documents every argument, and gives each a default unless it is required', () => {
    for (const { doc, parameters } of Object.values(layerTypes)) {
      expect(doc).toMatch(/\.$/);
      for (const spec of Object.values<{ doc: string; required?: true; default?: unknown }>(
        parameters,
      )) {
        expect(spec.doc).toMatch(/\.$/);
        expect(spec.required === true).toBe(spec.default === undefined);
      }
    }
  });

  it('builds layers that tell their output shapes', () => {
    const built: Module[] = [
      layerTypes.relu.build({}, [4]),
      layerTypes.linear.build({ outFeatures: 2, inFeatures: null, bias: true }, [4]),
    ];
    expect(built.map((layer) => layer.outputShape?.([4]))).toEqual([[4], [2]]);
  });
});
