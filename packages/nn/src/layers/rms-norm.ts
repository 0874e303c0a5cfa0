import { rmsNorm, type Shape, type Tensor } from '@dltrain/core';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { checkNormOptions, weightOf, type NormOptions } from './affine.js';
import { checkCount } from './count.js';
import { checkLastAxes } from './layer-norm.js';

/**
 * `y = x / sqrt(mean(x^2) + eps) * weight`, with the mean of each sample over its last axes, which have the sizes
 * `normalizedShape`, as has `weight`. Without `eps` it is the distance from 1 to the next number of the dtype.
 *
 * @throws ValueError when a size is not a whole number of one or more
 *
 * @example
 * new RMSNorm(128).forward(x); // x [12, 64, 128] keeps its shape
 */
export class RMSNorm extends Module {
  readonly normalizedShape: Shape;
  readonly eps: number | undefined;
  readonly weight: Parameter | null;

  constructor(normalizedShape: number | Shape, options: NormOptions = {}) {
    super();
    checkNormOptions('RMSNorm', options);
    this.normalizedShape = Array.isArray(normalizedShape)
      ? [...(normalizedShape as Shape)]
      : [normalizedShape as number];
    for (const size of this.normalizedShape) checkCount('RMSNorm', 'normalizedShape', size);
    this.eps = options.eps;
    this.weight = weightOf(this.normalizedShape, options);
  }

  forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, this.weight, this.eps);
  }

  override outputShape(inputShape: Shape): Shape {
    return checkLastAxes('RMSNorm', inputShape, this.normalizedShape);
  }

  override describe(): string {
    const eps = this.eps === undefined ? '' : `, eps: ${this.eps}`;
    return `${this.normalizedShape.join('x')}${eps}${this.weight === null ? ', affine: false' : ''}`;
  }
}
