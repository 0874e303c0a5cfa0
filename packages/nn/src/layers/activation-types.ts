import { CELU } from './celu.js';
import { ELU } from './elu.js';
import { GELU } from './gelu.js';
import { Hardsigmoid } from './hardsigmoid.js';
import { Hardswish } from './hardswish.js';
import { Hardtanh } from './hardtanh.js';
import { Identity } from './identity.js';
import { LeakyReLU } from './leaky-relu.js';
import { LogSigmoid } from './log-sigmoid.js';
import { LogSoftmax } from './log-softmax.js';
import { Mish } from './mish.js';
import { PReLU } from './prelu.js';
import { ReLU } from './relu.js';
import { ReLU6 } from './relu6.js';
import { SELU } from './selu.js';
import { Sigmoid } from './sigmoid.js';
import { SiLU } from './silu.js';
import { Softmax } from './softmax.js';
import { Softplus } from './softplus.js';
import { Softsign } from './softsign.js';
import { Tanh } from './tanh.js';
import { layerType } from './layer-type.js';

const alpha = {
  kind: 'number',
  default: 1,
  exclusiveMin: 0,
  doc: 'How deep it goes.',
} as const;

/** The activations by the names that a config uses. */
export const activationTypes = {
  relu: layerType({ doc: 'y = max(0, x).', parameters: {}, build: () => new ReLU() }),
  sigmoid: layerType({ doc: 'y = 1 / (1 + e^-x).', parameters: {}, build: () => new Sigmoid() }),
  tanh: layerType({ doc: 'y = tanh x.', parameters: {}, build: () => new Tanh() }),
  leaky_relu: layerType({
    doc: 'y = x for x > 0, else a small multiple of x.',
    parameters: {
      negativeSlope: { kind: 'number', default: 0.01, doc: 'That multiple.' },
    },
    build: ({ negativeSlope }) => new LeakyReLU(negativeSlope),
  }),
  prelu: layerType({
    doc: 'y = x for x > 0, else a learnt multiple of x.',
    parameters: {
      perChannel: {
        kind: 'boolean',
        default: false,
        doc: 'Whether each channel, the first axis of a sample, has a slope of its own.',
      },
      initial: { kind: 'number', default: 0.25, doc: 'What slopes begin with.' },
    },
    build: ({ perChannel, initial }, inputShape) =>
      new PReLU(perChannel ? (inputShape[0] ?? 1) : 1, { initial }),
  }),
  elu: layerType({
    doc: 'y = x for x > 0, else alpha (e^x - 1).',
    parameters: { alpha },
    build: ({ alpha }) => new ELU(alpha),
  }),
  celu: layerType({
    doc: 'y = x for x > 0, else alpha (e^(x / alpha) - 1).',
    parameters: { alpha },
    build: ({ alpha }) => new CELU(alpha),
  }),
  selu: layerType({
    doc: 'The ELU that keeps zero mean and unit variance.',
    parameters: {},
    build: () => new SELU(),
  }),
  gelu: layerType({
    doc: 'y = x Phi(x), Phi being the standard normal distribution.',
    parameters: {
      tanh: { kind: 'boolean', default: false, doc: 'Whether by its older approximation.' },
    },
    build: ({ tanh }) => new GELU(tanh ? 'tanh' : 'none'),
  }),
  silu: layerType({ doc: 'y = x / (1 + e^-x).', parameters: {}, build: () => new SiLU() }),
  mish: layerType({ doc: 'y = x tanh(softplus(x)).', parameters: {}, build: () => new Mish() }),
  softplus: layerType({
    doc: 'y = log(1 + e^(beta x)) / beta.',
    parameters: {
      beta: { kind: 'number', default: 1, exclusiveMin: 0, doc: 'How sharp the bend is.' },
    },
    build: ({ beta }) => new Softplus(beta),
  }),
  softsign: layerType({ doc: 'y = x / (1 + |x|).', parameters: {}, build: () => new Softsign() }),
  log_sigmoid: layerType({
    doc: 'y = -log(1 + e^-x).',
    parameters: {},
    build: () => new LogSigmoid(),
  }),
  hardtanh: layerType({
    doc: 'y = x between two bounds, which are not passed.',
    parameters: {
      least: { kind: 'number', default: -1, doc: 'The lower bound.' },
      most: { kind: 'number', default: 1, doc: 'The upper bound.' },
    },
    build: ({ least, most }) => new Hardtanh(least, most),
  }),
  relu6: layerType({
    doc: 'y = min(max(0, x), 6).',
    parameters: {},
    build: () => new ReLU6(),
  }),
  hardsigmoid: layerType({
    doc: 'y = min(max(0, x + 3), 6) / 6.',
    parameters: {},
    build: () => new Hardsigmoid(),
  }),
  hardswish: layerType({
    doc: 'y = x min(max(0, x + 3), 6) / 6.',
    parameters: {},
    build: () => new Hardswish(),
  }),
  identity: layerType({ doc: 'y = x.', parameters: {}, build: () => new Identity() }),
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
  log_softmax: layerType({
    doc: 'The logarithm of softmax, without overflow.',
    parameters: {
      axis: {
        kind: 'int',
        default: -1,
        doc: 'The axis, counted with the batch axis 0, or from the end.',
      },
    },
    build: ({ axis }) => new LogSoftmax(axis),
  }),
};
