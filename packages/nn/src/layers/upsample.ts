import {
  checkOptions,
  interpolate,
  ShapeError,
  ValueError,
  type Shape,
  type Tensor,
} from '@dltrain/core';
import { Module } from '../module.js';
import { imageSizes } from './window.js';

export interface UpsampleOptions {
  /** `nearest` by default. */
  readonly mode?: 'nearest' | 'bilinear';
  /** Whether the outermost pixels stay the outermost ones, for `bilinear`; false by default. */
  readonly alignCorners?: boolean;
}

/**
 * Images made larger, or smaller: `x` [N, C, H, W] gives [N, C, floor(H scaleFactor), floor(W scaleFactor)], each
 * pixel the nearest, or weighed from the four around it.
 *
 * @throws ValueError when the factor is not above 0, or `nearest` is to align corners
 *
 * @example
 * new Upsample(2).forward(x); // x [64, 32, 7, 7] gives [64, 32, 14, 14]
 */
export class Upsample extends Module {
  readonly mode: 'nearest' | 'bilinear';
  readonly alignCorners: boolean;

  constructor(
    readonly scaleFactor: number,
    options: UpsampleOptions = {},
  ) {
    super();
    checkOptions('Upsample', options, { mode: true, alignCorners: 'boolean' });
    const { mode = 'nearest', alignCorners = false } = options;
    if (!(scaleFactor > 0 && Number.isFinite(scaleFactor))) {
      throw new ValueError(`Upsample: scaleFactor is ${scaleFactor}; it must be a number above 0`);
    }
    if (!['nearest', 'bilinear'].includes(mode)) {
      throw new ValueError(`Upsample: mode is '${mode}'; it must be 'nearest' or 'bilinear'`);
    }
    if (mode === 'nearest' && alignCorners) {
      throw new ValueError('Upsample: alignCorners means nothing to mode nearest; leave it out');
    }
    this.mode = mode;
    this.alignCorners = alignCorners;
  }

  forward(x: Tensor): Tensor {
    const { scaleFactor, mode, alignCorners } = this;
    return interpolate(x, { scaleFactor, mode, alignCorners });
  }

  override outputShape(inputShape: Shape): Shape {
    const [channels, ...image] = imageSizes('Upsample', inputShape);
    const size = image.map((extent) => Math.floor(extent * this.scaleFactor));
    if (size.some((extent) => extent < 1)) {
      throw new ShapeError(
        `Upsample by ${this.scaleFactor} leaves nothing of images of ${image.join('x')}`,
      );
    }
    return [channels, ...size];
  }

  override describe(): string {
    return `${this.scaleFactor}, mode: ${this.mode}${this.alignCorners ? ', alignCorners: true' : ''}`;
  }
}
