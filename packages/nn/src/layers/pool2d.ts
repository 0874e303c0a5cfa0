import { ValueError, type Shape } from '@dltrain/core';
import type { Size } from '../config/arguments.js';
import { Module } from '../module.js';
import { imageSizes, pairOf, placesOf, type Pair } from './window.js';

export interface Pool2dOptions {
  /** Step of the window; the window's size by default, so that windows lie side by side. */
  readonly stride?: Size;
  /** Rows and columns added on each side, at most half a window; 0 by default. */
  readonly padding?: Size;
  /**
   * Whether the size of the result is rounded up, so that windows may end behind the padding; false by
   * default.
   */
  readonly ceilMode?: boolean;
}

/** What the layers have in common that reduce each window of each channel to one number. */
export abstract class Pool2d extends Module {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly ceilMode: boolean;

  /** @throws ValueError when a size is not a whole number in its range */
  constructor(kernelSize: Size, options: Pool2dOptions = {}) {
    super();
    const { stride = kernelSize, padding = 0, ceilMode = false } = options;
    this.ceilMode = ceilMode;
    const layer = new.target.name;
    this.kernelSize = pairOf(layer, 'kernelSize', kernelSize, 1);
    this.stride = pairOf(layer, 'stride', stride, 1);
    this.padding = pairOf(layer, 'padding', padding, 0);
    if (this.padding[0] * 2 > this.kernelSize[0] || this.padding[1] * 2 > this.kernelSize[1]) {
      throw new ValueError(
        `${layer}: padding ${this.padding.join('x')} is more than half of the window of ` +
          `${this.kernelSize.join('x')}; some windows would be empty`,
      );
    }
  }

  override outputShape(inputShape: Shape): Shape {
    const layer = this.constructor.name;
    const [channels, height, width] = imageSizes(layer, inputShape);
    return [channels, ...placesOf(layer, [height, width], this)];
  }

  override describe(): string {
    const ceil = this.ceilMode ? ', ceilMode: true' : '';
    return `${this.kernelSize.join('x')}, stride: ${this.stride.join('x')}, padding: ${this.padding.join('x')}${ceil}`;
  }
}
