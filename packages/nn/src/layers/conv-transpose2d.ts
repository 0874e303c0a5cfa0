import {
  checkOptions,
  convTranspose2d,
  formatShape,
  ShapeError,
  ValueError,
  type FloatDType,
  type Shape,
  type Tensor,
} from '@dltrain/core';
import type { Size } from '../config/arguments.js';
import { uniformFanIn, type Initializer } from '../initializers.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { checkCount } from './count.js';
import { checkGroups, imageSizes, pairOf, type Pair } from './window.js';

export interface ConvTranspose2dOptions {
  /** How far apart the windows of neighbouring pixels are; 1 by default. */
  readonly stride?: Size;
  /** Rows and columns cut off on each side of the result; 0 by default. */
  readonly padding?: Size;
  /** Rows below and columns to the right besides, fewer than the stride or the dilation; 0 by default. */
  readonly outputPadding?: Size;
  /** From one element of the window to the next; 1 by default. */
  readonly dilation?: Size;
  /** Parts of the channels that see each other alone; 1 by default. */
  readonly groups?: number;
  /** Whether to add a bias; true by default. */
  readonly bias?: boolean;
  /** `f32` by default. */
  readonly dtype?: FloatDType;
  /** Uniform over +-1 / sqrt(outChannels / groups kernelHeight kernelWidth) by default, as in PyTorch. */
  readonly weightInitializer?: Initializer;
  /** The same. */
  readonly biasInitializer?: Initializer;
}

/**
 * Two-dimensional transposed convolution, by which images grow: `x` [N, inChannels, H, W], `weight` [inChannels,
 * outChannels / groups, kernelHeight, kernelWidth], `bias` [outChannels]. With padding p, stride s and dilation d
 * the output has (H - 1) s - 2p + d (kernelHeight - 1) + outputPadding + 1 rows, and columns likewise.
 *
 * @throws ValueError when a size is not a whole number in its range, or groups do not divide the channels
 *
 * @example
 * new ConvTranspose2d(32, 16, 2, { stride: 2 }).forward(x); // x [64, 32, 7, 7] gives [64, 16, 14, 14]
 */
export class ConvTranspose2d extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly outputPadding: Pair;
  readonly dilation: Pair;
  readonly groups: number;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Size,
    options: ConvTranspose2dOptions = {},
  ) {
    super();
    checkOptions('ConvTranspose2d', options, {
      stride: true,
      padding: true,
      outputPadding: true,
      dilation: true,
      groups: true,
      bias: 'boolean',
      dtype: 'dtype',
      weightInitializer: 'function',
      biasInitializer: 'function',
    });
    checkCount('ConvTranspose2d', 'inChannels', inChannels);
    checkCount('ConvTranspose2d', 'outChannels', outChannels);
    const { groups = 1, bias = true, dtype = 'f32' } = options;
    const pair = (name: string, size: Size, least: number) =>
      pairOf('ConvTranspose2d', name, size, least);
    this.kernelSize = pair('kernelSize', kernelSize, 1);
    this.stride = pair('stride', options.stride ?? 1, 1);
    this.padding = pair('padding', options.padding ?? 0, 0);
    this.outputPadding = pair('outputPadding', options.outputPadding ?? 0, 0);
    this.dilation = pair('dilation', options.dilation ?? 1, 1);
    this.groups = groups;
    checkGroups('ConvTranspose2d', groups, [inChannels, outChannels]);
    for (const axis of [0, 1] as const) {
      if (this.outputPadding[axis] >= Math.max(this.stride[axis], this.dilation[axis])) {
        throw new ValueError(
          `ConvTranspose2d: outputPadding ${this.outputPadding.join('x')} must be below the stride ` +
            `${this.stride.join('x')} or the dilation ${this.dilation.join('x')}`,
        );
      }
    }
    const [height, width] = this.kernelSize;
    const usual = uniformFanIn((outChannels / groups) * height * width);
    this.weight = new Parameter([inChannels, outChannels / groups, height, width], {
      dtype,
      initializer: options.weightInitializer ?? usual,
    });
    this.bias = bias
      ? new Parameter([outChannels], { dtype, initializer: options.biasInitializer ?? usual })
      : null;
  }

  forward(x: Tensor): Tensor {
    const { stride, padding, outputPadding, dilation, groups } = this;
    const window = { stride, padding, outputPadding, dilation, groups };
    return convTranspose2d(x, this.weight, this.bias, window);
  }

  override outputShape(inputShape: Shape): Shape {
    const [channels, ...image] = imageSizes('ConvTranspose2d', inputShape);
    const places = ([0, 1] as const).map(
      (axis) =>
        (image[axis] - 1) * this.stride[axis] -
        2 * this.padding[axis] +
        this.dilation[axis] * (this.kernelSize[axis] - 1) +
        this.outputPadding[axis] +
        1,
    );
    if (channels !== this.inChannels || places.some((extent) => extent < 1)) {
      throw new ShapeError(
        `ConvTranspose2d takes ${this.inChannels} channels and leaves images of ${places.join('x')}; it cannot take ` +
          `samples of shape ${formatShape(inputShape)}`,
      );
    }
    return [this.outChannels, ...places];
  }

  override describe(): string {
    const [kernel, stride, padding] = [this.kernelSize, this.stride, this.padding].map((pair) =>
      pair.join('x'),
    );
    const extra = this.outputPadding.join('x');
    const dilation = this.dilation.join('x');
    const more = [
      ...(extra === '0x0' ? [] : [`outputPadding: ${extra}`]),
      ...(dilation === '1x1' ? [] : [`dilation: ${dilation}`]),
      ...(this.groups === 1 ? [] : [`groups: ${this.groups}`]),
      ...(this.bias === null ? ['bias: false'] : []),
    ];
    const window = [`${kernel}`, `stride: ${stride}`, `padding: ${padding}`, ...more].join(', ');
    return `${this.inChannels}, ${this.outChannels}, ${window}`;
  }
}
