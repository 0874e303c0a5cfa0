import { formatShape, ShapeError, ValueError, type Shape } from '@dltrain/core';
import { ArgumentError, type Padding, type Size } from '../config/arguments.js';

/** Height and width. */
export type Pair = readonly [height: number, width: number];

/**
 * One size for both directions, or height and width.
 * @throws ValueError unless both are whole numbers of at least `min`
 */
export function pairOf(layer: string, name: string, size: Size, min: number): Pair {
  const [height, width]: Pair = typeof size === 'number' ? [size, size] : size;
  if (![height, width].every((side) => Number.isSafeInteger(side) && side >= min)) {
    throw new ValueError(
      `${layer}: ${name} is ${JSON.stringify(size)}; it must be a whole number of at least ${min}, or two`,
    );
  }
  return [height, width];
}

/** @throws ValueError unless it is a word that is known, or whole numbers of zero or more */
export function checkPadding(layer: string, padding: Padding): Padding {
  return padding === 'same' || padding === 'valid' ? padding : pairOf(layer, 'padding', padding, 0);
}

/** How a window goes over an image. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
}

/** What a window covers: the zeros above and to the left, and the size of what comes out. */
export interface Placement {
  readonly before: Pair;
  readonly output: Pair;
}

/**
 * Places a window on an image, as PyTorch does: of the padding that `same` needs, the odd one goes
 * below and to the right.
 *
 * @throws ArgumentError when the window is larger than the padded image
 */
export function placeWindow(
  layer: string,
  image: Pair,
  { kernel, stride, padding }: Window,
): Placement {
  const place = (axis: 0 | 1): [before: number, output: number] => {
    const around = padding === 'same' ? kernel[axis] - 1 : 2 * paddingOf(padding, axis);
    const room = image[axis] + around - kernel[axis];
    if (room < 0) {
      const padded = around === 0 ? '' : ` padded to ${image[0] + around}x${image[1] + around}`;
      throw new ArgumentError(
        `${layer}: a window of ${kernel.join('x')} does not fit on ${image.join('x')}${padded}`,
        'kernelSize',
      );
    }
    return [Math.floor(around / 2), Math.floor(room / stride[axis]) + 1];
  };
  const [top, height] = place(0);
  const [left, width] = place(1);
  return { before: [top, left], output: [height, width] };
}

function paddingOf(padding: Exclude<Padding, 'same'>, axis: 0 | 1): number {
  if (padding === 'valid') return 0;
  return typeof padding === 'number' ? padding : padding[axis];
}

/** Channels, height and width of an image. @throws ShapeError when it is not one */
export function imageSizes(
  layer: string,
  shape: Shape,
): readonly [channels: number, height: number, width: number] {
  const [channels, height, width, ...rest] = shape;
  if (channels === undefined || height === undefined || width === undefined || rest.length > 0) {
    throw new ShapeError(
      `${layer} takes images of shape [channels, height, width], not samples of shape ${formatShape(shape)}`,
    );
  }
  return [channels, height, width];
}
