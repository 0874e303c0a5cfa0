import { formatShape, ShapeError, type Shape } from '@dltrain/core';
import {
  ArgumentError,
  type Arguments,
  type ArgumentTable,
  type GivenArguments,
  type TypeEntry,
} from '../config/arguments.js';
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
import { imageSizes } from './window.js';

/** A layer that a config can name. */
export interface LayerType<T extends ArgumentTable = ArgumentTable> extends TypeEntry<T> {
  /** @param inputShape of one sample, without the batch axis */
  build(args: Arguments<T>, inputShape: Shape): Module;
}

function layerType<const T extends ArgumentTable>(entry: LayerType<T>): LayerType<T> {
  return entry;
}

const bias = { kind: 'boolean', default: true, doc: 'Whether to add a bias.' } as const;

const kernelSize = {
  kind: 'size',
  required: true,
  min: 1,
  doc: 'Height and width of the window.',
} as const;

const poolWindow = {
  kernelSize,
  stride: {
    kind: 'size',
    default: null,
    min: 1,
    doc: 'Step of the window; the size of the window when left out.',
  },
  padding: {
    kind: 'size',
    default: 0,
    min: 0,
    doc: 'Rows and columns added on each side, at most half a window.',
  },
} as const satisfies ArgumentTable;

/** The layers by the names that a config uses. Sizes of inputs are inferred. */
export const layerTypes = {
  linear: layerType({
    doc: 'y = x wT + b on flat samples.',
    parameters: {
      outFeatures: { kind: 'int', required: true, min: 1, doc: 'Size of the output.' },
      inFeatures: {
        kind: 'int',
        default: null,
        min: 1,
        doc: 'Size of the input, which is inferred; checked where given.',
      },
      bias,
    },
    build: ({ outFeatures, inFeatures, bias }, inputShape) => {
      const [features] = inputShape;
      if (features === undefined || inputShape.length > 1) {
        throw new ShapeError(
          `linear takes flat samples, not samples of shape ${formatShape(inputShape)}; put flatten before it`,
        );
      }
      checkInferred('linear', 'inFeatures', inFeatures, features);
      return new Linear(features, outFeatures, { bias });
    },
  }),
  conv2d: layerType({
    doc: 'Two-dimensional convolution (cross-correlation, as in PyTorch) over images.',
    parameters: {
      outChannels: { kind: 'int', required: true, min: 1, doc: 'Channels of the output.' },
      kernelSize,
      stride: { kind: 'size', default: 1, min: 1, doc: 'Step of the window.' },
      padding: {
        kind: 'padding',
        default: 0,
        min: 0,
        doc: 'Zeros on each side; same keeps the size (with a stride of 1), valid adds none.',
      },
      inChannels: {
        kind: 'int',
        default: null,
        min: 1,
        doc: 'Channels of the input, which are inferred; checked where given.',
      },
      bias,
    },
    build: ({ outChannels, kernelSize, stride, padding, inChannels, bias }, inputShape) => {
      const [channels] = imageSizes('conv2d', inputShape);
      checkInferred('conv2d', 'inChannels', inChannels, channels);
      return new Conv2d(channels, outChannels, kernelSize, { stride, padding, bias });
    },
  }),
  max_pool2d: layerType({
    doc: 'The largest element of each window.',
    parameters: poolWindow,
    build: ({ kernelSize, stride, padding }) =>
      new MaxPool2d(kernelSize, { stride: stride ?? kernelSize, padding }),
  }),
  avg_pool2d: layerType({
    doc: 'The mean of each window.',
    parameters: {
      ...poolWindow,
      countIncludePad: {
        kind: 'boolean',
        default: true,
        doc: 'Whether the zeros of the padding count in the mean.',
      },
    },
    build: ({ kernelSize, stride, padding, countIncludePad }) =>
      new AvgPool2d(kernelSize, { stride: stride ?? kernelSize, padding, countIncludePad }),
  }),
  flatten: layerType({
    doc: 'Each sample as one row.',
    parameters: {},
    build: () => new Flatten(),
  }),
  dropout: layerType({
    doc: 'In training, sets elements to 0 at random and scales up the others.',
    parameters: {
      p: {
        kind: 'number',
        default: 0.5,
        min: 0,
        max: 1,
        doc: 'Probability with which an element becomes 0.',
      },
    },
    build: ({ p }) => new Dropout(p),
  }),
  relu: layerType({ doc: 'y = max(0, x).', parameters: {}, build: () => new ReLU() }),
  sigmoid: layerType({ doc: 'y = 1 / (1 + e^-x).', parameters: {}, build: () => new Sigmoid() }),
  tanh: layerType({ doc: 'y = tanh x.', parameters: {}, build: () => new Tanh() }),
  softmax: layerType({
    doc: 'Positive numbers of sum 1 along an axis. Not before cross_entropy, which takes logits.',
    parameters: {
      axis: {
        kind: 'int',
        default: -1,
        doc: 'The axis, counted with the batch axis 0, or from the end.',
      },
    },
    build: ({ axis }) => new Softmax(axis),
  }),
};

type LayerTypes = typeof layerTypes;

type LayerObject = {
  [K in keyof LayerTypes]: { readonly type: K } & GivenArguments<LayerTypes[K]['parameters']>;
}[keyof LayerTypes];

/** The layers whose name alone is a specification, as nothing is required of them. */
type BareLayer = LayerObject extends infer L
  ? L extends { readonly type: infer K }
    ? { readonly type: K } extends L
      ? K
      : never
    : never
  : never;

/** One layer of a model: `'relu'`, or its type and arguments: `{type: 'linear', outFeatures: 10}`. */
export type LayerSpec = BareLayer | LayerObject;

function checkInferred(layer: string, name: string, given: number | null, inferred: number): void {
  if (given !== null && given !== inferred) {
    throw new ArgumentError(
      `${layer} is given ${given} input ${name === 'inChannels' ? 'channels' : 'features'}, but its input has ` +
        `${inferred}; leave it out, it is inferred`,
      name,
    );
  }
}
