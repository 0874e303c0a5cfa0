import { maxPool2d, type Tensor } from '@dltrain/core';
import { Pool2d } from './pool2d.js';

/**
 * The largest element of each window: `x` [N, C, H, W] gives [N, C, outH, outW] with
 * outH = floor((H + 2 padding - kernel) / stride) + 1. Padding counts as minus infinity; the gradient
 * goes to the first of equal elements.
 *
 * @example
 * new MaxPool2d(2).forward(x); // x [64, 32, 28, 28] gives [64, 32, 14, 14]
 */
export class MaxPool2d extends Pool2d {
  forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding } = this;
    return maxPool2d(x, { kernelSize, stride, padding });
  }
}
