export interface ArgumentSpec {
  readonly kind: 'int' | 'number' | 'boolean' | 'padding' | 'size' | 'duration';
  readonly required?: true;
  readonly default?: unknown;
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: number;
  readonly exclusiveMax?: number;
  readonly doc: string;
}
export interface TypeEntry {
  readonly doc: string;
  readonly parameters: Readonly<Record<string, ArgumentSpec>>;
}
const bias: ArgumentSpec = { kind: 'boolean', default: true, doc: 'Whether to add a bias.' };
export const layerTypes: Readonly<Record<string, TypeEntry>> = {
  linear: {
    doc: 'y = x W^T + b',
    parameters: {
      outFeatures: { kind: 'int', required: true, min: 1, doc: 'Size of the output.' },
      bias,
    },
  },
  conv2d: {
    doc: '2-d convolution.',
    parameters: {
      outChannels: { kind: 'int', required: true, min: 1, doc: 'Channels of the output.' },
      kernelSize: { kind: 'size', required: true, min: 1, doc: 'Height and width of the kernel.' },
      stride: { kind: 'size', min: 1, default: 1, doc: 'Step of the kernel.' },
      padding: { kind: 'padding', default: 0, doc: 'Zeros around the image.' },
      bias,
    },
  },
  max_pool2d: {
    doc: 'Max pooling.',
    parameters: { kernelSize: { kind: 'size', required: true, min: 1, doc: 'Window.' } },
  },
  flatten: { doc: 'Flattens.', parameters: {} },
  dropout: {
    doc: 'Dropout.',
    parameters: { p: { kind: 'number', min: 0, max: 1, default: 0.5, doc: 'Probability.' } },
  },
  relu: { doc: 'max(0, x)', parameters: {} },
};
const lr: ArgumentSpec = { kind: 'number', min: 0, default: 0.001, doc: 'Learning rate.' };
export const optimizerTypes: Readonly<Record<string, TypeEntry>> = {
  sgd: {
    doc: 'SGD',
    parameters: { lr, momentum: { kind: 'number', min: 0, default: 0, doc: 'Momentum.' } },
  },
  adam: { doc: 'Adam', parameters: { lr } },
};
export const schedulerTypes: Readonly<Record<string, TypeEntry>> = {
  constant: {
    doc: 'constant',
    parameters: { warmup: { kind: 'duration', default: null, doc: 'Warm-up.' } },
  },
  cosine: {
    doc: 'cosine',
    parameters: { warmup: { kind: 'duration', default: null, doc: 'Warm-up.' } },
  },
};
