import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { reshape } from '../shape/reshape.js';
import { squeeze } from '../shape/squeeze.js';
import { unsqueeze } from '../shape/unsqueeze.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface ConvTranspose1dOptions {
  /** How far apart the windows of neighbouring elements are; 1 when left out. */
  readonly stride?: number;
  /** Elements cut off on both sides of the result; 0 when left out. */
  readonly padding?: number;
  /** Elements to the right of the result besides; 0 when left out. */
  readonly outputPadding?: number;
  /** From one element of a window to the next; 1 when left out. */
  readonly dilation?: number;
  /** Parts into which the channels are cut, as for `conv2d`; 1 when left out. */
  readonly groups?: number;
}

const convTranspose1dNames: OptionNames<ConvTranspose1dOptions> = {
  stride: true,
  padding: true,
  outputPadding: true,
  dilation: true,
  groups: true,
};

/**
 * The transposed convolution of signals `x` `[N, C, L]`, or one of `[C, L]`, with windows `w` `[C, O / groups, k]` and
 * a bias `[O]`: `y[n, o, i s + u d - p] += x[n, c, i] w[c, o, u]`, of `(L - 1) s - 2 p + d (k - 1) + outputPadding +
 * 1` elements. It is `convTranspose2d` of images one pixel high.
 * @throws ShapeError, ValueError, DTypeError as `convTranspose2d` does
 *
 * @example
 * convTranspose1d(zeros([8, 4, 50]), zeros([4, 2, 4]), null, { stride: 2, padding: 1 }).shape; // [8, 2, 100]
 */
export function convTranspose1d(
  x: Tensor,
  w: Tensor,
  b?: Tensor | null,
  options: ConvTranspose1dOptions = {},
): Tensor {
  checkOptions('convTranspose1d', options, convTranspose1dNames);
  if ((x.rank !== 2 && x.rank !== 3) || w.rank !== 3) {
    throw new ShapeError(
      `convTranspose1d: x ${formatShape(x.shape)} and w ${formatShape(w.shape)} are not [N, C, L] (or [C, L]) ` +
        'and [C, O, k]',
    );
  }
  if (x.rank === 2) return squeeze(convTranspose1d(unsqueeze(x, 0), w, b, options), 0);
  const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
  const y = convTranspose2d(unsqueeze(x, 2), unsqueeze(w, 2), b, {
    stride: [1, stride],
    padding: [0, padding],
    outputPadding: [0, outputPadding],
    dilation: [1, dilation],
    groups,
  });
  return reshape(y, [...y.shape.slice(0, 2), y.shape[3] ?? 0]);
}

registerComposed<ConvTranspose1dOptions | undefined>({
  name: 'convTranspose1d',
  run: ([x, w, b], args) => convTranspose1d(x, w, b, args),
  torch:
    "F.conv_transpose1d(*x, **{{'outputPadding': 'output_padding'}.get(k, k): v for k, v in args.items()})",
  samples: [
    {
      inputs: [[2, 2, 4], [2, 3, 3], [3]],
      args: { stride: 2, padding: 1, outputPadding: 1 },
    },
    { inputs: [[4, 3], [4, 1, 2], [2]], args: { dilation: 2, groups: 2 } },
  ],
});
