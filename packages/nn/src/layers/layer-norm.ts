import { formatShape, layerNorm, ShapeError, type Shape, type Tensor } from '@dltrain/core';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { biasOf, checkNormOptions, weightOf, type NormOptions } from './affine.js';
import { checkCount } from './count.js';

/**
 * `y = (x - mean) / sqrt(variance + eps) * weight + bias`, with mean and biased variance of each sample over its last
 * axes, which have the sizes `normalizedShape`, as have `weight` and `bias`.
 *
 * @throws ValueError when a size is not a whole number of one or more
 *
 * @example
 * new LayerNorm(128).forward(x); // x [12, 64, 128] keeps its shape
 */
export class LayerNorm extends Module {
  readonly normalizedShape: Shape;
  readonly eps: number;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  constructor(normalizedShape: number | Shape, options: NormOptions = {}) {
    super();
    checkNormOptions('LayerNorm', options);
    this.normalizedShape = Array.isArray(normalizedShape)
      ? [...(normalizedShape as Shape)]
      : [normalizedShape as number];
    for (const size of this.normalizedShape) checkCount('LayerNorm', 'normalizedShape', size);
    this.eps = options.eps ?? 1e-5;
    this.weight = weightOf(this.normalizedShape, options);
    this.bias = biasOf(this.normalizedShape, options);
  }

  forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, this.weight, this.bias, this.eps);
  }

  override outputShape(inputShape: Shape): Shape {
    return checkLastAxes('LayerNorm', inputShape, this.normalizedShape);
  }

  override describe(): string {
    return `${this.normalizedShape.join('x')}, eps: ${this.eps}${this.weight === null ? ', affine: false' : ''}`;
  }
}

/** @throws ShapeError unless a sample ends in the sizes over which it is normalised */
export function checkLastAxes(layer: string, inputShape: Shape, normalized: Shape): Shape {
  const last = inputShape.slice(inputShape.length - normalized.length);
  if (inputShape.length < normalized.length || last.some((size, i) => size !== normalized[i])) {
    throw new ShapeError(
      `${layer} normalises over last axes of ${formatShape(normalized)}, not samples of shape ${formatShape(inputShape)}`,
    );
  }
  return inputShape;
}
