import { outputSize, pairOf, spanOf, type Pair, type Window } from './conv-geometry.js';
import { ShapeError, ValueError } from '../../errors.js';
import { requireFloat } from '../../reduce.js';
import { elementCount, formatShape, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';

export interface PoolOptions {
  /** Height and width of the window. */
  readonly kernelSize: Pair;
  /** How far the window moves at a time; its own size when left out. */
  readonly stride?: Pair;
  /** Rows and columns around the image, at most half of the window; 0 when left out. */
  readonly padding?: Pair;
  /**
   * Whether the size of the result is rounded up, so that windows may end behind the padding, as long
   * as they begin before it; false when left out.
   */
  readonly ceilMode?: boolean;
}

export interface PoolWindow extends Window {
  readonly kernel: readonly [height: number, width: number];
}

/** A pooling as the kernels take it, with the shape of its result. */
export interface PoolPlan {
  readonly window: PoolWindow;
  readonly output: Shape;
  /** Set where the size was rounded up. */
  readonly ceilMode?: true;
}

/**
 * Checks the options of a pooling over images `[..., H, W]`.
 * @throws ShapeError, ValueError, DTypeError as the poolings say
 */
export function planPool(
  op: string,
  x: Tensor,
  options: PoolOptions & { readonly dilation?: Pair },
): PoolPlan {
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
  const dilation = pairOf(op, 'dilation', options.dilation ?? 1, 1);
  const span = spanOf(kernel, dilation);
  const size = placesOf(op, x.shape, span, stride, padding, options.ceilMode ?? false);
  const undilated = dilation[0] === 1 && dilation[1] === 1;
  return {
    window: { kernel, stride, padding, ...(undilated ? {} : { dilation }) },
    output: [...x.shape.slice(0, -2), ...size],
    ...(options.ceilMode === true ? { ceilMode: true } : {}),
  };
}

function placesOf(
  op: string,
  image: Shape,
  span: readonly [number, number],
  stride: readonly [number, number],
  padding: readonly [number, number],
  ceilMode: boolean,
): number[] {
  const whole: [number, number] = [2 * padding[0], 2 * padding[1]];
  const size = outputSize(op, image, span, stride, whole);
  if (!ceilMode) return size;
  return ([0, 1] as const).map((axis) => {
    const extent = image[image.length - 2 + axis] ?? 0;
    const beyond = (size[axis] - 1) * stride[axis] + span[axis] < extent + whole[axis];
    // One more window for what is left over, unless it would begin behind the image.
    const begins = size[axis] * stride[axis] < extent + padding[axis];
    return beyond && begins ? size[axis] + 1 : size[axis];
  });
}

/** The sizes that average pooling takes, in their order: planes, h, w, oh, ow, kh, kw, and so on. */
export function poolSizes(image: Shape, output: Shape, window: PoolWindow): number[] {
  const planes = elementCount(image.slice(0, -2));
  return [
    ...[planes, ...image.slice(-2), ...output.slice(-2)],
    ...[...window.kernel, ...window.stride, ...window.padding],
  ];
}

/** The same for max pooling, whose windows may have gaps. */
export function maxPoolSizes(image: Shape, output: Shape, window: PoolWindow): number[] {
  const planes = elementCount(image.slice(0, -2));
  return [
    ...[planes, ...image.slice(-2), ...output.slice(-2), ...window.kernel, ...window.stride],
    ...[...(window.dilation ?? [1, 1]), ...window.padding],
  ];
}
