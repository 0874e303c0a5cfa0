import { outputSize, pairOf, type Pair, type Window } from './conv-geometry.js';
import { ShapeError, ValueError } from './errors.js';
import { requireFloat } from './reduce.js';
import { elementCount, formatShape, type Shape } from './shape.js';
import type { Tensor } from './tensor.js';

export interface PoolOptions {
  /** Height and width of the window. */
  readonly kernelSize: Pair;
  /** How far the window moves at a time; its own size when left out. */
  readonly stride?: Pair;
  /** Rows and columns around the image, at most half of the window; 0 when left out. */
  readonly padding?: Pair;
}

export interface PoolWindow extends Window {
  readonly kernel: readonly [height: number, width: number];
}

/** A pooling as the kernels take it, with the shape of its result. */
export interface PoolPlan {
  readonly window: PoolWindow;
  readonly output: Shape;
}

/**
 * Checks the options of a pooling over images `[..., H, W]`.
 * @throws ShapeError, ValueError, DTypeError as the poolings say
 */
export function planPool(op: string, x: Tensor, options: PoolOptions): PoolPlan {
  requireFloat(op, x);
  if (x.rank !== 3 && x.rank !== 4) {
    throw new ShapeError(
      `${op}: x ${formatShape(x.shape)} is not [N, C, H, W] (or [C, H, W]); reshape it`,
    );
  }
  const kernel = pairOf(op, 'kernelSize', options.kernelSize, 1);
  const stride = pairOf(op, 'stride', options.stride ?? kernel, 1);
  const padding = pairOf(op, 'padding', options.padding ?? 0, 0);
  if (2 * padding[0] > kernel[0] || 2 * padding[1] > kernel[1]) {
    throw new ValueError(
      `${op}: padding ${padding.join(' x ')} is more than half of the window ${kernel.join(' x ')}, ` +
        'which would see nothing but padding',
    );
  }
  const whole: [number, number] = [2 * padding[0], 2 * padding[1]];
  const size = outputSize(op, x.shape, kernel, stride, whole);
  return { window: { kernel, stride, padding }, output: [...x.shape.slice(0, -2), ...size] };
}

/** The sizes that the pooling kernels take, in their order: planes, h, w, oh, ow, kh, kw, and so on. */
export function poolSizes(image: Shape, output: Shape, window: PoolWindow): number[] {
  const planes = elementCount(image.slice(0, -2));
  return [
    ...[planes, ...image.slice(-2), ...output.slice(-2)],
    ...[...window.kernel, ...window.stride, ...window.padding],
  ];
}
