import { indexSelect, reshape, type FloatDType, type Shape, type Tensor } from '@dltrain/core';
import { normal, type Initializer } from '../initializers.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { checkCount } from './count.js';

export interface EmbeddingOptions {
  /** `f32` by default. */
  readonly dtype?: FloatDType;
  /** Normal numbers by default, as in PyTorch. */
  readonly weightInitializer?: Initializer;
}

/**
 * A learnt vector for each of `count` things: indices `x` of any shape, i32 or u8, give [...x, features]; `weight`
 * [count, features] holds the vectors.
 *
 * @throws ValueError when a size is not a whole number of one or more
 *
 * @example
 * new Embedding(65, 128).forward(x); // x [12, 64] gives [12, 64, 128]
 */
export class Embedding extends Module {
  readonly weight: Parameter;

  constructor(
    readonly count: number,
    readonly features: number,
    { dtype = 'f32', weightInitializer = normal() }: EmbeddingOptions = {},
  ) {
    super();
    checkCount('Embedding', 'count', count);
    checkCount('Embedding', 'features', features);
    this.weight = new Parameter([count, features], { dtype, initializer: weightInitializer });
  }

  /** @throws ValueError when an index is not below `count`; DTypeError for floating-point numbers */
  forward(x: Tensor): Tensor {
    return reshape(indexSelect(this.weight, reshape(x, [x.size])), [...x.shape, this.features]);
  }

  override outputShape(inputShape: Shape): Shape {
    return [...inputShape, this.features];
  }

  override describe(): string {
    return `${this.count}, ${this.features}`;
  }
}
