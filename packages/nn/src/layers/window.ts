import { describeValue, formatShape, ShapeError, ValueError, type Shape } from '@dltrain/core';
import { ArgumentError, type Padding, type Size } from '../config/arguments.js';

/** Height and width. */
export type Pair = readonly [height: number, width: number];

/**
 * One size for both directions, or height and width.
 * @throws ValueError unless both are whole numbers of at least `min`
 */
export function pairOf(layer: string, name: string, size: Size, min: number): Pair {
  const sides: unknown = typeof size === 'number' ? [size, size] : size;
  if (!isPair(sides) || !sides.every((side) => Number.isSafeInteger(side) && side >= min)) {
    throw new ValueError(
      `${layer}: ${name} is ${describeValue(size)}; it must be a whole number of at least ${min}, or two`,
    );
  }
  return sides;
}

function isPair(sides: unknown): sides is Pair {
  return Array.isArray(sides) && sides.length === 2;
}

/** @throws ValueError unless it is a word that is known, or whole numbers of zero or more */
export function checkPadding(layer: string, padding: Padding): Padding {
  return padding === 'same' || padding === 'valid' ? padding : pairOf(layer, 'padding', padding, 0);
}

/** How a window goes over an image. */
export interface Window {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  /** From one element of the window to the next; 1 when left out. */
  readonly dilation?: Pair;
  /** Whether the number of places is rounded up, as long as the last begins before the padding behind. */
  readonly ceilMode?: boolean;
}

/**
 * How many places a window takes on an image, along each axis.
 * @throws ArgumentError when it is larger than the padded image
 */
export function placesOf(layer: string, image: Pair, window: Window): Pair {
  const { kernelSize, stride, padding, dilation = [1, 1] } = window;
  const places = (axis: 0 | 1): number => {
    const span = (kernelSize[axis] - 1) * dilation[axis] + 1;
    const added = padding === 'same' ? span - 1 : 2 * paddingOf(padding, axis);
    const room = image[axis] + added - span;
    if (room < 0) {
      const apart = dilation[0] * dilation[1] === 1 ? '' : `, dilated by ${dilation.join('x')},`;
      const around = added === 0 ? '' : ` with padding ${JSON.stringify(padding)}`;
      throw new ArgumentError(
        `${layer}: a window of ${kernelSize.join('x')}${apart} is larger than the image of ${image.join('x')}${around}`,
        'kernelSize',
      );
    }
    const whole = Math.floor(room / stride[axis]) + 1;
    const left = room % stride[axis] > 0 && window.ceilMode === true;
    return left && whole * stride[axis] < image[axis] + added / 2 ? whole + 1 : whole;
  };
  return [places(0), places(1)];
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

/**
 * Checks that groups divide the channels of both sides of a convolution.
 * @throws ValueError when they do not, or are not a whole number of one or more
 */
export function checkGroups(layer: string, groups: number, channels: readonly number[]): void {
  if (!Number.isSafeInteger(groups) || groups < 1 || channels.some((count) => count % groups > 0)) {
    throw new ValueError(
      `${layer}: groups is ${describeValue(groups)}; it must be a whole number that divides ${channels.join(' and ')} channels`,
    );
  }
}
