import { elementCount, reshape, type Shape, type Tensor } from '@dltrain/core';
import { Module } from '../module.js';

/**
 * Each sample as one row: `x` [N, ...] gives [N, the product of the rest].
 *
 * @example
 * new Flatten().forward(x); // x [64, 32, 7, 7] gives [64, 1568]
 */
export class Flatten extends Module {
  forward(x: Tensor): Tensor {
    const [samples = 1, ...rest] = x.shape;
    return reshape(x, [samples, elementCount(rest)]);
  }

  override outputShape(inputShape: Shape): Shape {
    return [elementCount(inputShape)];
  }
}
