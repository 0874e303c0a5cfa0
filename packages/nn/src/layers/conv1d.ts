import {
  checkOptions,
  conv1d,
  formatShape,
  ShapeError,
  ValueError,
  type FloatDType,
  type Shape,
  type Tensor,
} from '@dltrain/core';
import { uniformFanIn, type Initializer } from '../initializers.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { checkCount } from './count.js';
import { checkGroups, checkPadding, placesOf, type Window } from './window.js';

export interface Conv1dOptions {
  /** Step of the window; 1 by default. */
  readonly stride?: number;
  /** Zeros on each side, `same` (with stride 1) or `valid`; 0 by default. */
  readonly padding?: number | 'same' | 'valid';
  /** From one element of the window to the next; 1 by default. */
  readonly dilation?: number;
  /** Parts of the channels that see each other alone; 1 by default. */
  readonly groups?: number;
  /** Whether to add a bias; true by default. */
  readonly bias?: boolean;
  /** `f32` by default. */
  readonly dtype?: FloatDType;
  /** Uniform over +-1 / sqrt(inChannels / groups kernelSize) by default, as in PyTorch. */
  readonly weightInitializer?: Initializer;
  /** The same. */
  readonly biasInitializer?: Initializer;
}

/**
 * One-dimensional cross-correlation: `x` [N, inChannels, L], `weight` [outChannels, inChannels / groups,
 * kernelSize], `bias` [outChannels]. With padding p, stride s and dilation d the output is floor((L + 2p - d
 * (kernelSize - 1) - 1) / s) + 1 long.
 *
 * @throws ValueError when a size is not a whole number in its range, groups do not divide the channels,
 *   or `same` meets a stride above 1
 *
 * @example
 * new Conv1d(4, 16, 5, { padding: 'same' }).forward(x); // x [64, 4, 100] gives [64, 16, 100]
 */
export class Conv1d extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly stride: number;
  readonly padding: number | 'same' | 'valid';
  readonly dilation: number;
  readonly groups: number;

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    readonly kernelSize: number,
    options: Conv1dOptions = {},
  ) {
    super();
    checkOptions('Conv1d', options, {
      stride: true,
      padding: true,
      dilation: true,
      groups: true,
      bias: 'boolean',
      dtype: 'dtype',
      weightInitializer: 'function',
      biasInitializer: 'function',
    });
    const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true } = options;
    const counts = { inChannels, outChannels, kernelSize, stride, dilation };
    for (const [name, count] of Object.entries(counts)) checkCount('Conv1d', name, count);
    checkPadding('Conv1d', padding);
    if (padding === 'same' && stride !== 1) {
      throw new ValueError(
        `Conv1d: padding 'same' keeps the length with a stride of 1, not of ${stride}; give a number`,
      );
    }
    checkGroups('Conv1d', groups, [inChannels, outChannels]);
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.groups = groups;
    const { dtype = 'f32' } = options;
    const usual = uniformFanIn((inChannels / groups) * kernelSize);
    this.weight = new Parameter([outChannels, inChannels / groups, kernelSize], {
      dtype,
      initializer: options.weightInitializer ?? usual,
    });
    this.bias = bias
      ? new Parameter([outChannels], { dtype, initializer: options.biasInitializer ?? usual })
      : null;
  }

  forward(x: Tensor): Tensor {
    const { stride, padding, dilation, groups } = this;
    return conv1d(x, this.weight, this.bias, { stride, padding, dilation, groups });
  }

  override outputShape(inputShape: Shape): Shape {
    const [channels, length, ...rest] = inputShape;
    if (channels !== this.inChannels || length === undefined || rest.length > 0) {
      throw new ShapeError(
        `Conv1d takes [${this.inChannels} channels, length], not samples of shape ${formatShape(inputShape)}`,
      );
    }
    const { padding } = this;
    const window: Window = {
      kernelSize: [1, this.kernelSize],
      stride: [1, this.stride],
      padding: typeof padding === 'number' ? [0, padding] : padding,
      dilation: [1, this.dilation],
    };
    return [this.outChannels, placesOf('Conv1d', [1, length], window)[1]];
  }

  override describe(): string {
    const { inChannels, outChannels, kernelSize, stride, padding, dilation, groups } = this;
    const more = `${dilation === 1 ? '' : `, dilation: ${dilation}`}${groups === 1 ? '' : `, groups: ${groups}`}`;
    const bias = this.bias === null ? ', bias: false' : '';
    return `${inChannels}, ${outChannels}, ${kernelSize}, stride: ${stride}, padding: ${padding}${more}${bias}`;
  }
}
