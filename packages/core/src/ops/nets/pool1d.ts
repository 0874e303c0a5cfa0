import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { avgPool2d } from './avg-pool2d.js';
import { maxPool2d } from './max-pool2d.js';
import { squeeze } from '../shape/squeeze.js';
import { unsqueeze } from '../shape/unsqueeze.js';
import { checkOptions, type OptionNames } from '../../options.js';

interface Pool1dOptions {
  /** Length of the window. */
  readonly kernelSize: number;
  /** How far the window moves at a time; its own length when left out. */
  readonly stride?: number;
  /** Elements on both sides of the signal, at most half of the window; 0 when left out. */
  readonly padding?: number;
  /** Whether the length of the result is rounded up; false when left out. */
  readonly ceilMode?: boolean;
}

export interface MaxPool1dOptions extends Pool1dOptions {
  /** From one element of a window to the next; 1 when left out. */
  readonly dilation?: number;
}

const maxPool1dNames: OptionNames<MaxPool1dOptions> = {
  kernelSize: true,
  stride: true,
  padding: true,
  ceilMode: true,
  dilation: true,
};

export interface AvgPool1dOptions extends Pool1dOptions {
  /** Whether padding counts as zeros in the mean; true when left out. */
  readonly countIncludePad?: boolean;
}

const avgPool1dNames: OptionNames<AvgPool1dOptions> = {
  kernelSize: true,
  stride: true,
  padding: true,
  ceilMode: true,
  countIncludePad: true,
};

/** Runs a pooling of images on signals `[N, C, L]` or `[C, L]`, as images one pixel high. */
function onRows(op: string, x: Tensor, run: (images: Tensor) => Tensor): Tensor {
  if (x.rank !== 2 && x.rank !== 3) {
    throw new ShapeError(
      `${op}: x ${formatShape(x.shape)} is not [N, C, L] (or [C, L]); reshape it`,
    );
  }
  return squeeze(run(unsqueeze(x, -2)), -2);
}

function inPairs({
  kernelSize,
  stride = kernelSize,
  padding = 0,
  ceilMode = false,
}: Pool1dOptions) {
  return {
    kernelSize: [1, kernelSize],
    stride: [1, stride],
    padding: [0, padding],
    ceilMode,
  } as const;
}

/**
 * The largest element of each window of the signals `[N, C, L]`, or `[C, L]`: `maxPool2d` of images one pixel
 * high.
 * @throws ShapeError, ValueError, DTypeError as `maxPool2d` does
 *
 * @example
 * maxPool1d(tensor([[1, 3, 2, 0]]), { kernelSize: 2 }); // [[3, 2]]
 */
export function maxPool1d(x: Tensor, options: MaxPool1dOptions): Tensor {
  checkOptions('maxPool1d', options, maxPool1dNames);
  const { dilation = 1 } = options;
  return onRows('maxPool1d', x, (images) =>
    maxPool2d(images, { ...inPairs(options), dilation: [1, dilation] }),
  );
}

/**
 * The mean of each window of the signals `[N, C, L]`, or `[C, L]`: `avgPool2d` of images one pixel high.
 * @throws ShapeError, ValueError, DTypeError as `avgPool2d` does
 *
 * @example
 * avgPool1d(tensor([[1, 3, 2, 0]]), { kernelSize: 2 }); // [[2, 1]]
 */
export function avgPool1d(x: Tensor, options: AvgPool1dOptions): Tensor {
  checkOptions('avgPool1d', options, avgPool1dNames);
  const { countIncludePad = true } = options;
  return onRows('avgPool1d', x, (images) =>
    avgPool2d(images, { ...inPairs(options), countIncludePad }),
  );
}

const named =
  "**{{'kernelSize': 'kernel_size', 'ceilMode': 'ceil_mode', 'countIncludePad': 'count_include_pad'}.get(k, k): v " +
  'for k, v in args.items()}';

registerComposed<MaxPool1dOptions>({
  name: 'maxPool1d',
  run: ([x], args) => maxPool1d(x, args),
  torch: `F.max_pool1d(a, ${named})`,
  samples: [
    { inputs: [[2, 3, 7]], args: { kernelSize: 2 } },
    {
      inputs: [[2, 9]],
      args: { kernelSize: 3, stride: 2, padding: 1, dilation: 2, ceilMode: true },
    },
  ],
});

registerComposed<AvgPool1dOptions>({
  name: 'avgPool1d',
  run: ([x], args) => avgPool1d(x, args),
  torch: `F.avg_pool1d(a, ${named})`,
  samples: [
    { inputs: [[2, 3, 7]], args: { kernelSize: 2 } },
    { inputs: [[2, 8]], args: { kernelSize: 3, stride: 2, padding: 1, ceilMode: true } },
    {
      inputs: [[2, 8]],
      args: { kernelSize: 3, stride: 2, padding: 1, ceilMode: true, countIncludePad: false },
    },
  ],
});
