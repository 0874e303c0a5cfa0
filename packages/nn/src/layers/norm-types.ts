import { formatShape, ShapeError, type Shape } from '@dltrain/core';
import { ArgumentError, type ArgumentTable } from '../config/arguments.js';
import { GroupNorm } from './group-norm.js';
import { LayerNorm } from './layer-norm.js';
import { layerType } from './layer-type.js';
import { RMSNorm } from './rms-norm.js';

const normalization = {
  axes: {
    kind: 'int',
    default: 1,
    min: 1,
    doc: 'How many of the last axes of a sample are normalised together.',
  },
  affine: { kind: 'boolean', default: true, doc: 'Whether weights, and biases, are learnt.' },
} as const satisfies ArgumentTable;

const eps = {
  kind: 'number',
  default: 1e-5,
  exclusiveMin: 0,
  doc: 'Added to the variance.',
} as const;

/** The layers that normalise, by the names that a config uses. */
export const normTypes = {
  layer_norm: layerType({
    doc: 'Each sample with zero mean and unit variance over its last axes.',
    parameters: { ...normalization, eps },
    build: ({ axes, affine, eps }, inputShape) =>
      new LayerNorm(lastAxes('layer_norm', inputShape, axes), { affine, eps }),
  }),
  rms_norm: layerType({
    doc: 'Each sample over the root of its mean square over its last axes.',
    parameters: {
      ...normalization,
      eps: {
        kind: 'number',
        default: null,
        exclusiveMin: 0,
        doc: 'Added to the mean square; from 1 to the next number when left out.',
      },
    },
    build: ({ axes, affine, eps }, inputShape) =>
      new RMSNorm(lastAxes('rms_norm', inputShape, axes), {
        affine,
        ...(eps === null ? {} : { eps }),
      }),
  }),
  group_norm: layerType({
    doc: 'Each sample with zero mean and unit variance over each of some groups of its channels.',
    parameters: {
      groups: {
        kind: 'int',
        required: true,
        min: 1,
        doc: 'Parts into which the channels are cut.',
      },
      affine: normalization.affine,
      eps,
    },
    build: ({ groups, affine, eps }, inputShape) => {
      const [channels] = inputShape;
      if (channels === undefined) {
        throw new ShapeError('group_norm takes samples with channels, not scalars');
      }
      return new GroupNorm(groups, channels, { affine, eps });
    },
  }),
};

/** The sizes of the last axes of a sample. @throws ArgumentError when it has fewer */
function lastAxes(layer: string, inputShape: Shape, axes: number): Shape {
  if (axes > inputShape.length) {
    throw new ArgumentError(
      `${layer}: samples of shape ${formatShape(inputShape)} have fewer than ${axes} axes`,
      'axes',
    );
  }
  return inputShape.slice(-axes);
}
