import { ShapeError, ValueError } from './errors.js';
import { formatShape, type Shape } from './shape.js';

/** One number for both axes of an image, or `[height, width]`. */
export type Pair = number | readonly [height: number, width: number];

/** How a window moves over an image. Padding at the bottom and right follows from the output's size. */
export interface Window {
  readonly stride: readonly [height: number, width: number];
  /** Rows above and columns to the left of the image that the first window begins with. */
  readonly padding: readonly [top: number, left: number];
}

export function pairOf(op: string, what: string, value: Pair, least: number): [number, number] {
  const [height, width] = typeof value === 'number' ? [value, value] : value;
  if (![height, width].every((size) => Number.isInteger(size) && size >= least)) {
    throw new ValueError(
      `${op}: ${what} must be whole numbers of ${least} or more, not ${height} and ${width}`,
    );
  }
  return [height, width];
}

/**
 * How many places a window takes along each axis of an image.
 * @throws ShapeError when it does not fit at all
 */
export function outputSize(
  op: string,
  image: Shape,
  kernel: readonly [number, number],
  stride: readonly [number, number],
  padded: readonly [number, number],
): [number, number] {
  const places = (axis: 0 | 1): number => {
    const room = (image[image.length - 2 + axis] ?? 0) + padded[axis] - kernel[axis];
    if (room < 0) {
      throw new ShapeError(
        `${op}: a window of ${kernel[0]} x ${kernel[1]} does not fit an image of ` +
          `${formatShape(image.slice(-2))} padded by ${padded[0]} rows and ${padded[1]} columns in all`,
      );
    }
    return Math.floor(room / stride[axis]) + 1;
  };
  return [places(0), places(1)];
}

/** The sizes that the convolution kernels take, in their order: N, C, H, W, O, kh, kw, and so on. */
export function convSizes(x: Shape, w: Shape, y: Shape, { stride, padding }: Window): number[] {
  const [, , kernelHeight = 1, kernelWidth = 1] = w;
  const [, outputs = 1, height = 1, width = 1] = y;
  return [...x, outputs, kernelHeight, kernelWidth, ...stride, ...padding, height, width];
}
