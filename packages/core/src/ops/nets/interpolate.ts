import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import {
  cubicTable,
  linearTable,
  nearestTable,
  type AxisScale,
  type AxisTable,
} from './resampling.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { adaptiveAvgPool2d } from './adaptive-avg-pool2d.js';
import { resample2d } from './resample2d.js';
import { squeeze } from '../shape/squeeze.js';
import { unsqueeze } from '../shape/unsqueeze.js';
import { checkOptions, type OptionNames } from '../../options.js';

/** `linear` is for signals, `bilinear` and `bicubic` for images, the others for both. */
export type InterpolateMode =
  'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'area';

/** The rank of x that a mode is for, if it is for one. */
const ranks: Readonly<Partial<Record<InterpolateMode, number>>> = {
  linear: 3,
  bilinear: 4,
  bicubic: 4,
};

export interface InterpolateOptions {
  /** Length of the result, or height and width; this or `scaleFactor`. */
  readonly size?: number | readonly number[];
  /** How many times longer the result is, rounded down; one number, or one for each axis. */
  readonly scaleFactor?: number | readonly number[];
  /** `nearest` when left out. */
  readonly mode?: InterpolateMode;
  /**
   * Whether the outermost elements stay the outermost ones, with the others at equal distances; else an
   * element is an area with its value in the middle. Not for the nearest; false when left out.
   */
  readonly alignCorners?: boolean;
}

const interpolateNames: OptionNames<InterpolateOptions> = {
  size: true,
  scaleFactor: true,
  mode: true,
  alignCorners: true,
};

const tapsOf = { nearest: 1, 'nearest-exact': 1, linear: 2, bilinear: 2, bicubic: 4 } as const;

function tableOf(mode: keyof typeof tapsOf, scale: AxisScale, alignCorners: boolean): AxisTable {
  if (tapsOf[mode] === 1) return nearestTable(scale, mode === 'nearest-exact');
  return (mode === 'bicubic' ? cubicTable : linearTable)(scale, alignCorners);
}

/** How the axes behind `[N, C]` are resampled, the width last. */
function scalesOf(x: Tensor, { size, scaleFactor }: InterpolateOptions): AxisScale[] {
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw new ValueError('interpolate: give either size or scaleFactor');
  }
  return x.shape.slice(2).map((from, axis) => {
    const given = size ?? scaleFactor;
    const value = (typeof given === 'number' ? given : given?.[axis]) ?? NaN;
    const to = size === undefined ? Math.floor(from * value) : value;
    if (!Number.isInteger(to) || to < 1 || from < 1) {
      throw new ValueError(
        `interpolate: x ${formatShape(x.shape)} becomes ${to} long along axis ${axis + 2}; sizes must be ` +
          'whole numbers of 1 or more',
      );
    }
    return { from, to, factor: size === undefined ? value : null };
  });
}

/**
 * Signals `[N, C, L]` or images `[N, C, H, W]` made longer or shorter. `nearest` takes the element at `floor(i L /
 * L')`, `nearest-exact` that at `floor((i + 1/2) L / L')`; `linear` and `bilinear` weigh the two (four) around the
 * place of each result, which is `(i + 1/2) L / L' - 1/2`, or `i (L - 1) / (L' - 1)` with `alignCorners`, and
 * `bicubic` the sixteen; `area` takes the mean of those that a result covers. Derivative: the same weights of the gradient, added up in the order of the results.
 * @throws ShapeError when x is neither; ValueError unless there is one of size and scaleFactor, with sizes
 *   of 1 or more, or when the mode is not for such an x; DTypeError for whole numbers
 *
 * @example
 * interpolate(zeros([8, 3, 14, 14]), { scaleFactor: 2, mode: 'bilinear' }).shape; // [8, 3, 28, 28]
 */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  checkOptions('interpolate', options, interpolateNames);
  requireFloat('interpolate', x);
  const { mode = 'nearest', alignCorners = false } = options;
  if (x.rank !== 3 && x.rank !== 4) {
    throw new ShapeError(
      `interpolate: x ${formatShape(x.shape)} is neither [N, C, L] nor [N, C, H, W]`,
    );
  }
  const rank = ranks[mode];
  if (rank !== undefined && x.rank !== rank) {
    throw new ValueError(
      `interpolate: mode ${mode} is not for x ${formatShape(x.shape)}; linear is for [N, C, L], bilinear ` +
        'and bicubic for [N, C, H, W]',
    );
  }
  if (rank === undefined && alignCorners) {
    throw new ValueError(`interpolate: alignCorners means nothing to mode ${mode}; leave it out`);
  }
  const scales = scalesOf(x, options);
  const [height, width] = x.rank === 4 ? scales : [{ from: 1, to: 1, factor: null }, ...scales];
  if (height === undefined || width === undefined) return x;
  const images = x.rank === 4 ? x : unsqueeze(x, 2);
  const y =
    mode === 'area'
      ? adaptiveAvgPool2d(images, [height.to, width.to])
      : resample2d(images, {
          image: [height.from, width.from],
          size: [height.to, width.to],
          rows: tableOf(mode, height, alignCorners),
          columns: tableOf(mode, width, alignCorners),
          taps: tapsOf[mode],
        });
  return x.rank === 4 ? y : squeeze(y, 2);
}

registerComposed<InterpolateOptions>({
  name: 'interpolate',
  run: ([x], args) => interpolate(x, args),
  torch:
    "F.interpolate(a, **{{'scaleFactor': 'scale_factor', 'alignCorners': 'align_corners'}.get(k, k): v " +
    'for k, v in args.items()})',
  samples: [
    { inputs: [[1, 2, 2, 3]], args: { scaleFactor: 2 } },
    { inputs: [[2, 1, 5, 7]], args: { size: [3, 10] } },
    { inputs: [[2, 1, 5]], args: { size: 3 } },
    { inputs: [[1, 1, 4, 2]], args: { scaleFactor: [1.2, 2.4] } },
    { inputs: [[1, 2, 3, 4]], args: { size: [5, 3], mode: 'bilinear' } },
    { inputs: [[1, 1, 3, 4]], args: { size: [4, 1], mode: 'bilinear', alignCorners: true } },
    { inputs: [[1, 2, 3, 3]], args: { scaleFactor: [2.5, 0.7], mode: 'bilinear' } },
    { inputs: [[2, 2, 4]], args: { scaleFactor: 1.5, mode: 'linear' } },
    { inputs: [[1, 1, 4]], args: { scaleFactor: 1.2, mode: 'linear' } },
    { inputs: [[1, 1, 4]], args: { size: 7, mode: 'linear', alignCorners: true } },
    { inputs: [[1, 2, 5, 3]], args: { size: [3, 7], mode: 'nearest-exact' } },
    { inputs: [[2, 1, 5]], args: { scaleFactor: 1.7, mode: 'nearest-exact' } },
    { inputs: [[1, 1, 3, 4]], args: { size: [5, 3], mode: 'bicubic' } },
    { inputs: [[1, 1, 2, 3]], args: { scaleFactor: 1.5, mode: 'bicubic', alignCorners: true } },
    { inputs: [[1, 1, 3, 4]], args: { size: [5, 3], mode: 'area' } },
    {
      inputs: [{ shape: [1, 1, 3], values: [1, Infinity, NaN] }],
      args: { size: 6 },
      extreme: true,
    },
  ],
});
