import { avgPool2d, checkOptions, type Tensor } from '@dltrain/core';
import type { Size } from '../config/arguments.js';
import { Pool2d, type Pool2dOptions } from './pool2d.js';

export interface AvgPool2dOptions extends Pool2dOptions {
  /** Whether the zeros of the padding count in the mean; true by default. */
  readonly countIncludePad?: boolean;
}

/**
 * The mean of each window: `x` [N, C, H, W] gives [N, C, outH, outW] with
 * outH = floor((H + 2 padding - kernel) / stride) + 1.
 *
 * @example
 * new AvgPool2d(2).forward(x); // x [64, 32, 28, 28] gives [64, 32, 14, 14]
 */
export class AvgPool2d extends Pool2d {
  readonly countIncludePad: boolean;

  constructor(kernelSize: Size, options: AvgPool2dOptions = {}) {
    checkOptions('AvgPool2d', options, {
      stride: true,
      padding: true,
      ceilMode: 'boolean',
      countIncludePad: 'boolean',
    });
    super(kernelSize, options);
    this.countIncludePad = options.countIncludePad ?? true;
  }

  forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, countIncludePad } = this;
    return avgPool2d(x, { kernelSize, stride, padding, ceilMode, countIncludePad });
  }
}
