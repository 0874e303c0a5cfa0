import { full, zerosLike } from '../create.js';
import { defineOp } from '../op.js';
import type { PoolWindow } from '../pool.js';
import { rowMajorStrides, type Shape } from '../shape.js';
import { stridedCopy, stridedScatter } from '../strided.js';
import type { Tensor } from '../tensor.js';
import { eq, gt, ne } from './compare.js';
import { logicalAnd, logicalOr } from './logical.js';
import { maxPool2dGrad } from './max-pool2d-grad.js';
import { where } from './where.js';

interface TakeArgs {
  readonly window: PoolWindow;
  /** Shape of the pooled images. */
  readonly output: Shape;
}

const maxPool2dTakeOp = defineOp<2, TakeArgs>({
  name: 'maxPool2dTake',
  arity: 2,
  forward: ({ inputs: [values, x], args: { window, output } }) => {
    const places = windowPlaces(x, -Infinity, window, output);
    const candidates = windowPlaces(values, 0, window, output);
    let best = places(0);
    let taken = candidates(0);
    for (let place = 1; place < window.kernel[0] * window.kernel[1]; place++) {
      const next = places(place);
      // NaN beats all but an earlier NaN, as in the pooling itself.
      const beats = logicalAnd(eq(best, best), logicalOr(gt(next, best), ne(next, next)));
      best = where(beats, next, best);
      taken = where(beats, candidates(place), taken);
    }
    return taken;
  },
  derivative: {
    vjp: [
      (outer, { inputs: [, x], args: { window } }) => maxPool2dGrad(outer, x, window),
      (_, { inputs: [, x] }) => zerosLike(x),
    ],
    jvp: [
      (tangent, { inputs: [, x], args: { window, output } }) =>
        maxPool2dTake(tangent, x, output, window),
      (_, { output }) => zerosLike(output),
    ],
  },
  torch:
    "a.flatten(-2).gather(-1, F.max_pool2d(b.detach(), args['window']['kernel'], args['window']['stride'], args['window']['padding'], return_indices=True)[1].flatten(-2)).reshape(args['output'])",
  samples: [
    {
      inputs: [
        [2, 2, 4, 6],
        [2, 2, 4, 6],
      ],
      args: { window: { kernel: [2, 2], stride: [2, 2], padding: [0, 0] }, output: [2, 2, 2, 3] },
    },
    {
      inputs: [
        [2, 5, 4],
        [2, 5, 4],
      ],
      args: { window: { kernel: [3, 2], stride: [1, 2], padding: [1, 1] }, output: [2, 5, 3] },
    },
    {
      inputs: [
        [1, 4, 4],
        { shape: [1, 4, 4], values: [0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0] },
      ],
      args: { window: { kernel: [3, 3], stride: [1, 1], padding: [1, 1] }, output: [1, 4, 4] },
      extreme: true,
    },
    {
      inputs: [
        [1, 4, 4],
        { shape: [1, 4, 4], values: [0, 1, 5, 2, -1, NaN, 3, 4, 6, 7, 9, 8, -5, -4, -3, -2] },
      ],
      args: { window: { kernel: [3, 3], stride: [1, 1], padding: [1, 1] }, output: [1, 4, 4] },
      extreme: true,
    },
  ],
});

/** For each place in a window, counted row by row, what every window has there. */
function windowPlaces(
  x: Tensor,
  filling: number,
  { kernel, stride, padding }: PoolWindow,
  output: Shape,
): (place: number) => Tensor {
  const lead = x.shape.slice(0, -2);
  const [height = 1, width = 1] = x.shape.slice(-2);
  const [rows = 1, columns = 1] = output.slice(-2);
  const framed = [
    Math.max(height + padding[0], (rows - 1) * stride[0] + kernel[0]),
    Math.max(width + padding[1], (columns - 1) * stride[1] + kernel[1]),
  ] as const;
  const frame = full([...lead, ...framed], filling, { dtype: x.dtype });
  const strides = rowMajorStrides(frame.shape);
  stridedScatter(frame, x, strides, padding[0] * framed[1] + padding[1]);
  const steps = [...strides.slice(0, -2), stride[0] * framed[1], stride[1]];
  return (place) => {
    const row = Math.floor(place / kernel[1]);
    return stridedCopy(frame, output, steps, row * framed[1] + (place % kernel[1]));
  };
}

/**
 * Of each window of `values`, the element at the place where that window of `x` has its first
 * largest: what max pooling does to a change of its images. Derivative: that of max pooling.
 */
export function maxPool2dTake(
  values: Tensor,
  x: Tensor,
  output: Shape,
  window: PoolWindow,
): Tensor {
  return maxPool2dTakeOp([values, x], { window, output });
}
