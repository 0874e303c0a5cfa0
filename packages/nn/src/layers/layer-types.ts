import { formatShape, ShapeError } from '@dltrain/core';
import { ArgumentError, type ArgumentTable, type GivenArguments } from '../config/arguments.js';
import { activationTypes } from './activation-types.js';
import { AdaptiveAvgPool2d } from './adaptive-avg-pool2d.js';
import { AvgPool2d } from './avg-pool2d.js';
import { Conv1d } from './conv1d.js';
import { Conv2d } from './conv2d.js';
import { ConvTranspose2d } from './conv-transpose2d.js';
import { Dropout } from './dropout.js';
import { Dropout2d } from './dropout2d.js';
import { Flatten } from './flatten.js';
import { Linear } from './linear.js';
import { MaxPool2d } from './max-pool2d.js';
import { MultiheadAttention } from './multihead-attention.js';
import { layerType } from './layer-type.js';
import { normTypes } from './norm-types.js';
import { Upsample } from './upsample.js';
import { imageSizes } from './window.js';

const bias = { kind: 'boolean', default: true, doc: 'Whether to add a bias.' } as const;

const kernelSize = {
  kind: 'size',
  required: true,
  min: 1,
  doc: 'Height and width of the window.',
} as const;

const inChannels = {
  kind: 'int',
  default: null,
  min: 1,
  doc: 'Channels of the input, which are inferred; checked where given.',
} as const;

const groups = {
  kind: 'int',
  default: 1,
  min: 1,
  doc: 'Parts of the channels that see each other alone.',
} as const;

const dilation = {
  kind: 'size',
  default: 1,
  min: 1,
  doc: 'From one element of the window to the next.',
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
  ceilMode: {
    kind: 'boolean',
    default: false,
    doc: 'Whether the size of the result is rounded up.',
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
      dilation,
      groups,
      inChannels,
      bias,
    },
    build: ({ outChannels, kernelSize, inChannels, ...options }, inputShape) => {
      const [channels] = imageSizes('conv2d', inputShape);
      checkInferred('conv2d', 'inChannels', inChannels, channels);
      return new Conv2d(channels, outChannels, kernelSize, options);
    },
  }),
  conv1d: layerType({
    doc: 'One-dimensional convolution (cross-correlation, as in PyTorch) over signals [channels, length].',
    parameters: {
      outChannels: { kind: 'int', required: true, min: 1, doc: 'Channels of the output.' },
      kernelSize: { kind: 'int', required: true, min: 1, doc: 'Length of the window.' },
      stride: { kind: 'int', default: 1, min: 1, doc: 'Step of the window.' },
      padding: { kind: 'int', default: 0, min: 0, doc: 'Zeros on each side.' },
      dilation: { kind: 'int', default: 1, min: 1, doc: dilation.doc },
      groups,
      inChannels,
      bias,
    },
    build: ({ outChannels, kernelSize, inChannels, ...options }, inputShape) => {
      const [channels] = inputShape;
      if (channels === undefined || inputShape.length !== 2) {
        throw new ShapeError(
          `conv1d takes [channels, length], not samples of shape ${formatShape(inputShape)}`,
        );
      }
      checkInferred('conv1d', 'inChannels', inChannels, channels);
      return new Conv1d(channels, outChannels, kernelSize, options);
    },
  }),
  conv_transpose2d: layerType({
    doc: 'Two-dimensional transposed convolution, by which images grow.',
    parameters: {
      outChannels: { kind: 'int', required: true, min: 1, doc: 'Channels of the output.' },
      kernelSize,
      stride: {
        kind: 'size',
        default: 1,
        min: 1,
        doc: 'How far apart the windows of neighbouring pixels are.',
      },
      padding: { kind: 'size', default: 0, min: 0, doc: 'Cut off on each side of the result.' },
      outputPadding: {
        kind: 'size',
        default: 0,
        min: 0,
        doc: 'Rows below and columns to the right of the result besides, fewer than the stride.',
      },
      dilation,
      groups,
      inChannels,
      bias,
    },
    build: ({ outChannels, kernelSize, inChannels, ...options }, inputShape) => {
      const [channels] = imageSizes('conv_transpose2d', inputShape);
      checkInferred('conv_transpose2d', 'inChannels', inChannels, channels);
      return new ConvTranspose2d(channels, outChannels, kernelSize, options);
    },
  }),
  max_pool2d: layerType({
    doc: 'The largest element of each window.',
    parameters: { ...poolWindow, dilation },
    build: ({ kernelSize, stride, ...options }) =>
      new MaxPool2d(kernelSize, { stride: stride ?? kernelSize, ...options }),
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
    build: ({ kernelSize, stride, ...options }) =>
      new AvgPool2d(kernelSize, { stride: stride ?? kernelSize, ...options }),
  }),
  upsample: layerType({
    doc: 'Images made larger (or smaller).',
    parameters: {
      scaleFactor: {
        kind: 'number',
        required: true,
        exclusiveMin: 0,
        doc: 'How many times larger; sizes are rounded down.',
      },
      bilinear: {
        kind: 'boolean',
        default: false,
        doc: 'Whether pixels are weighed by their distance; else the nearest is taken.',
      },
      alignCorners: {
        kind: 'boolean',
        default: false,
        doc: 'Whether the outermost pixels stay the outermost ones; bilinear only.',
      },
    },
    build: ({ scaleFactor, bilinear, alignCorners }) =>
      new Upsample(scaleFactor, { mode: bilinear ? 'bilinear' : 'nearest', alignCorners }),
  }),
  adaptive_avg_pool2d: layerType({
    doc: 'The mean of each of so many windows, however large the image is.',
    parameters: {
      outputSize: { kind: 'size', required: true, min: 1, doc: 'Height and width of the result.' },
    },
    build: ({ outputSize }) => new AdaptiveAvgPool2d(outputSize),
  }),
  ...normTypes,
  multihead_attention: layerType({
    doc: 'Attention of a sequence [length, features] to itself, by several heads.',
    parameters: {
      heads: {
        kind: 'int',
        required: true,
        min: 1,
        doc: 'Parts of the features that attend alone.',
      },
      causal: {
        kind: 'boolean',
        default: false,
        doc: 'Whether a position sees those up to itself alone.',
      },
      dropout: {
        kind: 'number',
        default: 0,
        min: 0,
        max: 1,
        doc: 'Probability with which a weight of the attention becomes 0 in training.',
      },
      bias,
    },
    build: ({ heads, ...options }, inputShape) => {
      const [, features] = inputShape;
      if (features === undefined || inputShape.length !== 2) {
        throw new ShapeError(
          `multihead_attention takes [length, features], not samples of shape ${formatShape(inputShape)}`,
        );
      }
      return new MultiheadAttention(features, heads, options);
    },
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
  dropout2d: layerType({
    doc: 'In training, sets whole channels to 0 at random and scales up the others.',
    parameters: {
      p: {
        kind: 'number',
        default: 0.5,
        min: 0,
        max: 1,
        doc: 'Probability with which a channel becomes 0.',
      },
    },
    build: ({ p }) => new Dropout2d(p),
  }),
  ...activationTypes,
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
