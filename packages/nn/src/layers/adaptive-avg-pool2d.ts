import { adaptiveAvgPool2d, type Shape, type Tensor } from '@dltrain/core';
import type { Size } from '../config/arguments.js';
import { Module } from '../module.js';
import { imageSizes, pairOf, type Pair } from './window.js';

/**
 * The mean of each of `outputSize` windows that cover the image, however large it is: `x` [N, C, H, W] gives [N, C,
 * outH, outW]. With a size of 1 the mean of each channel.
 *
 * @throws ValueError when a size is not a whole number of one or more
 *
 * @example
 * new AdaptiveAvgPool2d(1).forward(x); // x [64, 32, 7, 9] gives [64, 32, 1, 1]
 */
export class AdaptiveAvgPool2d extends Module {
  readonly outputSize: Pair;

  constructor(outputSize: Size) {
    super();
    this.outputSize = pairOf('AdaptiveAvgPool2d', 'outputSize', outputSize, 1);
  }

  forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }

  override outputShape(inputShape: Shape): Shape {
    const [channels] = imageSizes('AdaptiveAvgPool2d', inputShape);
    return [channels, ...this.outputSize];
  }

  override describe(): string {
    return this.outputSize.join('x');
  }
}
