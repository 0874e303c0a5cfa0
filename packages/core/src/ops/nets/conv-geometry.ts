import { ShapeError, ValueError } from '../../errors.js';
import { formatShape, type Shape } from '../../shape.js';

/** One number for both axes of an image, or `[height, width]`. */
export type Pair = number | readonly [height: number, width: number];

/** How a window moves over an image. Padding at the bottom and right follows from the output's size. */
export interface Window {
  readonly stride: readonly [height: number, width: number];
  /** Rows above and columns to the left of the image that the first window begins with. */
  readonly padding: readonly [top: number, left: number];
  /** Rows and columns from one element of the window to the next; 1 when left out. */
  readonly dilation?: readonly [height: number, width: number];
}

/** The window of a convolution. */
export interface ConvWindow extends Window {
  /** Parts of the channels that are convolved by themselves; 1 when left out. */
  readonly groups?: number;
}

/** The window alone, of arguments that say more. */
export function convWindowOf({ stride, padding, dilation, groups }: ConvWindow): ConvWindow {
  return {
    stride,
    padding,
    ...(dilation === undefined ? {} : { dilation }),
    ...(groups === undefined ? {} : { groups }),
  };
}

/** Rows and columns that a window reaches over. */
export function spanOf(
  kernel: readonly [number, number],
  dilation: readonly [number, number],
): [height: number, width: number] {
  return [(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1];
}

export function pairOf(op: string, what: string, value: Pair, least: number): [number, number] {
  const sizes: readonly number[] = typeof value === 'number' ? [value, value] : value;
  const [height = NaN, width = NaN] = sizes;
  if (sizes.length !== 2 || !sizes.every((size) => Number.isInteger(size) && size >= least)) {
    throw new ValueError(
      `${op}: ${what} must be one or two whole numbers of ${least} or more, not ${sizes.join(', ')}`,
    );
  }
  return [height, width];
}

/**
 * How many places a window that reaches over `span` takes along each axis of an image.
 * @throws ShapeError when it does not fit at all
 */
export function outputSize(
  op: string,
  image: Shape,
  span: readonly [number, number],
  stride: readonly [number, number],
  padded: readonly [number, number],
): [number, number] {
  const places = (axis: 0 | 1): number => {
    const room = (image[image.length - 2 + axis] ?? 0) + padded[axis] - span[axis];
    if (room < 0) {
      throw new ShapeError(
        `${op}: a window of ${span[0]} x ${span[1]} does not fit an image of ` +
          `${formatShape(image.slice(-2))} padded by ${padded[0]} rows and ${padded[1]} columns in all`,
      );
    }
    return Math.floor(room / stride[axis]) + 1;
  };
  return [places(0), places(1)];
}

/** The sizes that the convolution kernels take, in their order: N, C, H, W, O, kh, kw, and so on. */
export function convSizes(x: Shape, w: Shape, y: Shape, window: ConvWindow): number[] {
  const { stride, padding, dilation = [1, 1], groups = 1 } = window;
  const [, , kernelHeight = 1, kernelWidth = 1] = w;
  const [, outputs = 1, height = 1, width = 1] = y;
  const kernel = [kernelHeight, kernelWidth];
  return [...x, outputs, ...kernel, ...stride, ...dilation, ...padding, height, width, groups];
}
