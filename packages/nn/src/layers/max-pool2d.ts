import { checkOptions, maxPool2d, type Tensor } from '@dltrain/core';
import type { Size } from '../config/arguments.js';
import { Pool2d, type Pool2dOptions } from './pool2d.js';
import { pairOf, type Pair } from './window.js';

export interface MaxPool2dOptions extends Pool2dOptions {
  /** From one element of the window to the next; 1 by default. */
  readonly dilation?: Size;
}

/**
 * The largest element of each window: `x` [N, C, H, W] gives [N, C, outH, outW] with
 * outH = floor((H + 2 padding - dilation (kernel - 1) - 1) / stride) + 1. Padding counts as minus infinity;
 * the gradient goes to the first of equal elements.
 *
 * @example
 * new MaxPool2d(2).forward(x); // x [64, 32, 28, 28] gives [64, 32, 14, 14]
 */
export class MaxPool2d extends Pool2d {
  readonly dilation: Pair;

  constructor(kernelSize: Size, options: MaxPool2dOptions = {}) {
    checkOptions('MaxPool2d', options, {
      stride: true,
      padding: true,
      ceilMode: 'boolean',
      dilation: true,
    });
    super(kernelSize, options);
    this.dilation = pairOf('MaxPool2d', 'dilation', options.dilation ?? 1, 1);
  }

  forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    return maxPool2d(x, { kernelSize, stride, padding, dilation, ceilMode });
  }

  override describe(): string {
    const dilation = this.dilation.join('x');
    return `${super.describe()}${dilation === '1x1' ? '' : `, dilation: ${dilation}`}`;
  }
}
