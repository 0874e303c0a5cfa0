import {
  checkOptions,
  formatShape,
  prelu,
  ShapeError,
  type FloatDType,
  type Shape,
  type Tensor,
} from '@dltrain/core';
import { constant } from '../initializers.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { checkCount } from './count.js';

export interface PReLUOptions {
  /** What the slopes begin with; 0.25 by default. */
  readonly initial?: number;
  /** `f32` by default. */
  readonly dtype?: FloatDType;
}

/**
 * `y = x` for x > 0, else `a x`, with slopes `weight` that are learnt: one for all channels (the first axis of a
 * sample), or one for each.
 *
 * @throws ValueError when the number of slopes is not a whole number of one or more
 */
export class PReLU extends Module {
  readonly weight: Parameter;

  constructor(
    readonly slopes = 1,
    options: PReLUOptions = {},
  ) {
    super();
    checkOptions('PReLU', options, { initial: 'number', dtype: 'dtype' });
    const { initial = 0.25, dtype = 'f32' } = options;
    checkCount('PReLU', 'slopes', slopes);
    this.weight = new Parameter([slopes], { dtype, initializer: constant(initial) });
  }

  forward(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }

  override outputShape(inputShape: Shape): Shape {
    if (this.slopes !== 1 && inputShape[0] !== this.slopes) {
      throw new ShapeError(
        `PReLU has ${this.slopes} slopes, one a channel, not samples of shape ${formatShape(inputShape)}`,
      );
    }
    return inputShape;
  }

  override describe(): string {
    return `${this.slopes}`;
  }
}
