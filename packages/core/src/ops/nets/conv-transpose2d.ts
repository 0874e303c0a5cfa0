import { pairOf, spanOf, type Pair } from './conv-geometry.js';
import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { formatShape, sameShape, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { conv2dInputGrad } from './conv2d-input-grad.js';
import { reshape } from '../shape/reshape.js';
import { squeeze } from '../shape/squeeze.js';
import { unsqueeze } from '../shape/unsqueeze.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface ConvTranspose2dOptions {
  /** How far apart the windows of neighbouring pixels are; 1 when left out. */
  readonly stride?: Pair;
  /** Rows and columns cut off on both sides of the result; 0 when left out. */
  readonly padding?: Pair;
  /** Rows below and columns to the right of the result besides, fewer than the stride or the dilation; 0 when left out. */
  readonly outputPadding?: Pair;
  /** Rows and columns from one element of a window to the next; 1 when left out. */
  readonly dilation?: Pair;
  /** Parts into which the channels are cut, as for `conv2d`; 1 when left out. */
  readonly groups?: number;
}

const convTranspose2dNames: OptionNames<ConvTranspose2dOptions> = {
  stride: true,
  padding: true,
  outputPadding: true,
  dilation: true,
  groups: true,
};

/**
 * The transposed convolution of images `x` `[N, C, H, W]`, or one of `[C, H, W]`, with windows `w` `[C, O / groups,
 * kh, kw]` and a bias `[O]`: every pixel adds its multiple of the window to the result,
 * `y[n, o, i s + u d - p, j s + v d - p] += x[n, c, i, j] w[c, o, u, v]`. It is the gradient of the `conv2d` with
 * the same window by its images; the result has `(H - 1) s - 2 p + d (kh - 1) + outputPadding + 1` rows.
 * Derivatives: by `x` that convolution of the gradient, by `w` the gradient of its windows.
 * @throws ShapeError when channels differ, groups do not divide them or nothing is left of the result;
 *   ValueError for a stride, dilation or number of groups below 1, or too large an `outputPadding`;
 *   DTypeError unless all are f32 or all f64
 *
 * @example
 * convTranspose2d(zeros([8, 32, 7, 7]), zeros([32, 16, 2, 2]), null, { stride: 2 }).shape; // [8, 16, 14, 14]
 */
export function convTranspose2d(
  x: Tensor,
  w: Tensor,
  b?: Tensor | null,
  options: ConvTranspose2dOptions = {},
): Tensor {
  checkOptions('convTranspose2d', options, convTranspose2dNames);
  requireFloat('convTranspose2d', x, w, ...(b ? [b] : []));
  if (x.rank === 3) return squeeze(convTranspose2d(unsqueeze(x, 0), w, b, options), 0);
  const { groups = 1 } = options;
  const channels = checkShapes(x.shape, w.shape, b?.shape, groups);
  const pair = (name: 'stride' | 'padding' | 'outputPadding' | 'dilation', least: number) =>
    pairOf('convTranspose2d', name, options[name] ?? least, least);
  const [stride, dilation] = [pair('stride', 1), pair('dilation', 1)];
  const [padding, outputPadding] = [pair('padding', 0), pair('outputPadding', 0)];
  const span = spanOf([w.shape[2] ?? 1, w.shape[3] ?? 1], dilation);
  const size = ([0, 1] as const).map((axis) => {
    if (outputPadding[axis] >= Math.max(stride[axis], dilation[axis])) {
      throw new ValueError(
        `convTranspose2d: outputPadding ${outputPadding.join(' x ')} must be below the stride ` +
          `${stride.join(' x ')} or the dilation ${dilation.join(' x ')}`,
      );
    }
    const whole = ((x.shape[2 + axis] ?? 0) - 1) * stride[axis] + span[axis] + outputPadding[axis];
    return whole - 2 * padding[axis];
  });
  if (size.some((extent) => extent < 1)) {
    throw new ShapeError(
      `convTranspose2d: of x ${formatShape(x.shape)} and w ${formatShape(w.shape)} with padding ` +
        `${padding.join(' x ')} a result of ${size.join(' x ')} is left`,
    );
  }
  const image = [x.shape[0] ?? 0, channels, ...size];
  const y = conv2dInputGrad(x, w, image, { stride, padding, dilation, groups });
  return b ? add(y, reshape(b, [channels, 1, 1])) : y;
}

/** @returns the channels of the result */
function checkShapes(x: Shape, w: Shape, b: Shape | undefined, groups: number): number {
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ValueError(
      `convTranspose2d: groups must be a whole number of 1 or more, not ${groups}`,
    );
  }
  if (x.length !== 4 || w.length !== 4 || x[1] !== w[0] || (x[1] ?? 0) % groups !== 0) {
    throw new ShapeError(
      `convTranspose2d: x ${formatShape(x)} does not fit w ${formatShape(w)}: they are [N, C, H, W] (or ` +
        `[C, H, W]) and [C, O / groups, kh, kw] with the same C, which ${groups} groups divide`,
    );
  }
  const channels = (w[1] ?? 0) * groups;
  if (b !== undefined && !sameShape(b, [channels])) {
    throw new ShapeError(
      `convTranspose2d: the bias ${formatShape(b)} does not fit w ${formatShape(w)}: it is [${channels}]`,
    );
  }
  return channels;
}

registerComposed<ConvTranspose2dOptions | undefined>({
  name: 'convTranspose2d',
  run: ([x, w, b], args) => convTranspose2d(x, w, b, args),
  torch:
    "F.conv_transpose2d(*x, **{{'outputPadding': 'output_padding'}.get(k, k): v for k, v in args.items()})",
  samples: [
    {
      inputs: [
        [2, 3, 2, 3],
        [3, 2, 2, 2],
      ],
    },
    {
      inputs: [[1, 2, 2, 3], [2, 3, 3, 2], [3]],
      args: { stride: [2, 3], padding: [1, 0], outputPadding: [1, 2] },
    },
    {
      inputs: [[1, 4, 2, 2], [4, 1, 2, 3], [2]],
      args: { stride: 2, padding: 1, dilation: [2, 1], groups: 2 },
    },
    { inputs: [[2, 3, 3], [2, 1, 2, 2], [1]] },
    { inputs: [[0, 2, 2, 2], [2, 3, 2, 2], [3]] },
  ],
});
