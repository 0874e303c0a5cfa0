import { formatShape, groupNorm, ShapeError, type Shape, type Tensor } from '@dltrain/core';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';
import { biasOf, checkNormOptions, weightOf, type NormOptions } from './affine.js';
import { checkCount } from './count.js';
import { checkGroups } from './window.js';

/**
 * `y = (x - mean) / sqrt(variance + eps) * weight[c] + bias[c]`, with mean and biased variance of each sample over each
 * of `groups` parts of its channels: `x` [N, channels, ...], `weight` and `bias` [channels].
 *
 * @throws ValueError when a size is not a whole number of one or more, or groups do not divide the channels
 *
 * @example
 * new GroupNorm(4, 32).forward(x); // x [64, 32, 14, 14] keeps its shape
 */
export class GroupNorm extends Module {
  readonly eps: number;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  constructor(
    readonly groups: number,
    readonly channels: number,
    options: NormOptions = {},
  ) {
    super();
    checkNormOptions('GroupNorm', options);
    checkCount('GroupNorm', 'channels', channels);
    checkGroups('GroupNorm', groups, [channels]);
    this.eps = options.eps ?? 1e-5;
    this.weight = weightOf([channels], options);
    this.bias = biasOf([channels], options);
  }

  forward(x: Tensor): Tensor {
    return groupNorm(x, this.groups, this.weight, this.bias, this.eps);
  }

  override outputShape(inputShape: Shape): Shape {
    if (inputShape[0] !== this.channels) {
      throw new ShapeError(
        `GroupNorm takes ${this.channels} channels, not samples of shape ${formatShape(inputShape)}`,
      );
    }
    return inputShape;
  }

  override describe(): string {
    return `${this.groups}, ${this.channels}, eps: ${this.eps}${this.weight === null ? ', affine: false' : ''}`;
  }
}
