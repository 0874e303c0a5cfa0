import { avgPool2d, type Tensor } from '@dltrain/core';
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

  constructor(kernelSize: Size, { countIncludePad = true, ...window }: AvgPool2dOptions = {}) {
    super(kernelSize, window);
    this.countIncludePad = countIncludePad;
  }

  forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, countIncludePad } = this;
    return avgPool2d(x, { kernelSize, stride, padding, ceilMode, countIncludePad });
  }
}
