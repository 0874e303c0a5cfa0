import {
  checkOptions,
  formatShape,
  linear,
  ShapeError,
  type Activation,
  type FloatDType,
  type Shape,
  type Tensor,
} from '@dltrain/core';
import { uniformFanIn, type Initializer } from '../initializers.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { checkCount } from './count.js';

export interface LinearOptions {
  /** Whether to add a bias; true by default. */
  readonly bias?: boolean;
  /** `f32` by default. */
  readonly dtype?: FloatDType;
  /** Uniform over +-1 / sqrt(inFeatures) by default, as in PyTorch. */
  readonly weightInitializer?: Initializer;
  /** The same. */
  readonly biasInitializer?: Initializer;
}

/**
 * `y = x wT + b`, over the last axis: `x` [..., inFeatures], `weight` [outFeatures, inFeatures],
 * `bias` [outFeatures].
 *
 * @throws ValueError when a size is not a whole number of one or more
 *
 * @example
 * new Linear(784, 10).forward(x); // x [128, 784] gives [128, 10]
 */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    options: LinearOptions = {},
  ) {
    super();
    checkOptions('Linear', options, {
      bias: 'boolean',
      dtype: 'dtype',
      weightInitializer: 'function',
      biasInitializer: 'function',
    });
    checkCount('Linear', 'inFeatures', inFeatures);
    checkCount('Linear', 'outFeatures', outFeatures);
    const { bias = true, dtype = 'f32' } = options;
    const usual = uniformFanIn(inFeatures);
    this.weight = new Parameter([outFeatures, inFeatures], {
      dtype,
      initializer: options.weightInitializer ?? usual,
    });
    this.bias = bias
      ? new Parameter([outFeatures], { dtype, initializer: options.biasInitializer ?? usual })
      : null;
  }

  forward(x: Tensor): Tensor {
    return this.forwardInto(x);
  }

  /** The layer and an activation behind it, in one pass. */
  forwardInto(x: Tensor, activation?: Activation): Tensor {
    return linear(x, this.weight, this.bias, activation);
  }

  override outputShape(inputShape: Shape): Shape {
    if (inputShape.at(-1) !== this.inFeatures) {
      throw new ShapeError(
        `Linear takes ${this.inFeatures} features in the last axis, not samples of shape ${formatShape(inputShape)}`,
      );
    }
    return [...inputShape.slice(0, -1), this.outFeatures];
  }

  override describe(): string {
    return `${this.inFeatures}, ${this.outFeatures}${this.bias === null ? ', bias: false' : ''}`;
  }
}
