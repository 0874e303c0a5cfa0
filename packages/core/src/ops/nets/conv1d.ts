import type { Activation } from '../activations/activation.js';
import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { conv2d } from './conv2d.js';
import { reshape } from '../shape/reshape.js';
import { squeeze } from '../shape/squeeze.js';
import { unsqueeze } from '../shape/unsqueeze.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface Conv1dOptions {
  /** How far the window moves at a time; 1 when left out. */
  readonly stride?: number;
  /**
   * Zeros on both sides; 0 when left out. `same` adds as many as keep the length (at stride 1), the odd
   * one on the right; `valid` adds none.
   */
  readonly padding?: number | 'same' | 'valid';
  /** From one element of a window to the next; 1 when left out. */
  readonly dilation?: number;
  /** Parts into which the channels are cut, as for `conv2d`; 1 when left out. */
  readonly groups?: number;
  /** Applied to the results as they are written. */
  readonly activation?: Activation;
}

const conv1dNames: OptionNames<Conv1dOptions> = {
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
  activation: true,
};

/**
 * The convolution (cross-correlation) of signals `x` `[N, C, L]`, or one of `[C, L]`, with windows `w` `[O, C /
 * groups, k]` and a bias `[O]`: `y[n, o, i] = f(b[o] + sum over c, u of w[o, c, u] x[n, c, i s + u d - p])`. It
 * is `conv2d` of images one pixel high.
 * @throws ShapeError, ValueError, DTypeError as `conv2d` does
 *
 * @example
 * conv1d(zeros([8, 3, 100]), zeros([16, 3, 5]), null, { padding: 2 }).shape; // [8, 16, 100]
 */
export function conv1d(
  x: Tensor,
  w: Tensor,
  b?: Tensor | null,
  options: Conv1dOptions = {},
): Tensor {
  checkOptions('conv1d', options, conv1dNames);
  if ((x.rank !== 2 && x.rank !== 3) || w.rank !== 3) {
    throw new ShapeError(
      `conv1d: x ${formatShape(x.shape)} and w ${formatShape(w.shape)} are not [N, C, L] (or [C, L]) and ` +
        '[O, C, k]',
    );
  }
  if (x.rank === 2) return squeeze(conv1d(unsqueeze(x, 0), w, b, options), 0);
  const { stride = 1, padding = 0, dilation = 1, ...others } = options;
  const y = conv2d(unsqueeze(x, 2), unsqueeze(w, 2), b, {
    ...others,
    stride: [1, stride],
    padding: typeof padding === 'number' ? [0, padding] : padding,
    dilation: [1, dilation],
  });
  return reshape(y, [...y.shape.slice(0, 2), y.shape[3] ?? 0]);
}

registerComposed<Conv1dOptions | undefined>({
  name: 'conv1d',
  run: ([x, w, b], args) => conv1d(x, w, b, args),
  torch: 'F.conv1d(*x, **args)',
  samples: [
    {
      inputs: [
        [2, 3, 7],
        [4, 3, 3],
      ],
    },
    {
      inputs: [[2, 4, 6], [6, 2, 3], [6]],
      args: { stride: 2, padding: 2, dilation: 2, groups: 2 },
    },
    { inputs: [[3, 5], [2, 3, 2], [2]], args: { padding: 'same' } },
    { inputs: [[0, 1, 3], [2, 1, 2], [2]], args: { padding: 'valid' } },
  ],
});
