import {
  checkOptions,
  conv2d,
  formatShape,
  ShapeError,
  ValueError,
  type Activation,
  type FloatDType,
  type Shape,
  type Tensor,
} from '@dltrain/core';
import type { Padding, Size } from '../config/arguments.js';
import { uniformFanIn, type Initializer } from '../initializers.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { checkCount } from './count.js';
import { checkGroups, checkPadding, imageSizes, pairOf, placesOf, type Pair } from './window.js';

export interface Conv2dOptions {
  /** Step of the window; 1 by default. */
  readonly stride?: Size;
  /** Zeros on each side, `same` (with stride 1) or `valid`; 0 by default. */
  readonly padding?: Padding;
  /** From one element of the window to the next; 1 by default. */
  readonly dilation?: Size;
  /**
   * Parts of the channels that see each other alone; 1 by default. As many as inChannels make a
   * depthwise convolution.
   */
  readonly groups?: number;
  /** Whether to add a bias; true by default. */
  readonly bias?: boolean;
  /** `f32` by default. */
  readonly dtype?: FloatDType;
  /** Uniform over +-1 / sqrt(inChannels / groups kernelHeight kernelWidth) by default, as in PyTorch. */
  readonly weightInitializer?: Initializer;
  /** The same. */
  readonly biasInitializer?: Initializer;
}

/**
 * Two-dimensional cross-correlation: `x` [N, inChannels, H, W], `weight` [outChannels, inChannels / groups,
 * kernelHeight, kernelWidth], `bias` [outChannels]. With padding p, stride s and dilation d the output has
 * floor((H + 2p - d (kernelHeight - 1) - 1) / s) + 1 rows, and columns likewise.
 *
 * @throws ValueError when a size is not a whole number in its range, groups do not divide the channels,
 *   or `same` meets a stride above 1
 *
 * @example
 * new Conv2d(1, 32, 3, { padding: 'same' }).forward(x); // x [64, 1, 28, 28] gives [64, 32, 28, 28]
 */
export class Conv2d extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
  readonly groups: number;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Size,
    options: Conv2dOptions = {},
  ) {
    super();
    checkOptions('Conv2d', options, {
      stride: true,
      padding: true,
      dilation: true,
      groups: true,
      bias: 'boolean',
      dtype: 'dtype',
      weightInitializer: 'function',
      biasInitializer: 'function',
    });
    checkCount('Conv2d', 'inChannels', inChannels);
    checkCount('Conv2d', 'outChannels', outChannels);
    const { bias = true, dtype = 'f32' } = options;
    this.kernelSize = pairOf('Conv2d', 'kernelSize', kernelSize, 1);
    this.stride = pairOf('Conv2d', 'stride', options.stride ?? 1, 1);
    this.padding = checkPadding('Conv2d', options.padding ?? 0);
    this.dilation = pairOf('Conv2d', 'dilation', options.dilation ?? 1, 1);
    this.groups = options.groups ?? 1;
    checkGroups('Conv2d', this.groups, [inChannels, outChannels]);
    if (this.padding === 'same' && (this.stride[0] !== 1 || this.stride[1] !== 1)) {
      throw new ValueError(
        `Conv2d: padding 'same' keeps the size with a stride of 1, not of ${this.stride.join('x')}; give numbers`,
      );
    }
    const [height, width] = this.kernelSize;
    const seen = inChannels / this.groups;
    const usual = uniformFanIn(seen * height * width);
    this.weight = new Parameter([outChannels, seen, height, width], {
      dtype,
      initializer: options.weightInitializer ?? usual,
    });
    this.bias = bias
      ? new Parameter([outChannels], { dtype, initializer: options.biasInitializer ?? usual })
      : null;
  }

  forward(x: Tensor): Tensor {
    return this.forwardInto(x);
  }

  /** The layer and an activation behind it, in one pass. */
  forwardInto(x: Tensor, activation?: Activation): Tensor {
    return conv2d(x, this.weight, this.bias, {
      stride: this.stride,
      padding: this.padding,
      dilation: this.dilation,
      groups: this.groups,
      ...(activation === undefined ? {} : { activation }),
    });
  }

  override outputShape(inputShape: Shape): Shape {
    const [channels, height, width] = imageSizes('Conv2d', inputShape);
    if (channels !== this.inChannels) {
      throw new ShapeError(
        `Conv2d takes ${this.inChannels} channels, not samples of shape ${formatShape(inputShape)}`,
      );
    }
    return [this.outChannels, ...placesOf('Conv2d', [height, width], this)];
  }

  override describe(): string {
    const kernel = this.kernelSize.join('x');
    const stride = this.stride.join('x');
    const bias = this.bias === null ? ', bias: false' : '';
    const padding = typeof this.padding === 'object' ? this.padding.join('x') : this.padding;
    const dilation = this.dilation.join('x');
    const dilated = dilation === '1x1' ? '' : `, dilation: ${dilation}`;
    const groups = this.groups === 1 ? '' : `, groups: ${this.groups}`;
    return `${this.inChannels}, ${this.outChannels}, ${kernel}, stride: ${stride}, padding: ${padding}${dilated}${groups}${bias}`;
  }
}
