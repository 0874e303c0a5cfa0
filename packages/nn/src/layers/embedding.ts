import {
  checkOptions,
  embedding,
  ValueError,
  type FloatDType,
  type Shape,
  type Tensor,
} from '@dltrain/core';
import { checkInitializer } from '../check-initializer.js';
import { normal, type Initializer } from '../initializers.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { checkCount } from './count.js';

export interface EmbeddingOptions {
  /** The index of a vector that stands for nothing: zeros, which are not learnt. */
  readonly paddingIndex?: number;
  /** `f32` by default. */
  readonly dtype?: FloatDType;
  /** Normal numbers by default, as in PyTorch. */
  readonly weightInitializer?: Initializer;
}

/**
 * A learnt vector for each of `count` things: indices `x` of any shape, i32 or u8, give [...x, features]; `weight`
 * [count, features] holds the vectors.
 *
 * @throws ValueError when a size is not a whole number of one or more, or paddingIndex not one below count
 *
 * @example
 * new Embedding(65, 128).forward(x); // x [12, 64] gives [12, 64, 128]
 */
export class Embedding extends Module {
  readonly weight: Parameter;

  readonly paddingIndex: number | undefined;

  constructor(
    readonly count: number,
    readonly features: number,
    options: EmbeddingOptions = {},
  ) {
    super();
    checkOptions('Embedding', options, {
      paddingIndex: true,
      dtype: 'dtype',
      weightInitializer: 'function',
    });
    checkCount('Embedding', 'count', count);
    checkCount('Embedding', 'features', features);
    const { dtype = 'f32', weightInitializer = normal(), paddingIndex } = options;
    checkInitializer('Embedding', weightInitializer);
    const known = Number.isSafeInteger(paddingIndex ?? 0);
    if (!known || (paddingIndex ?? 0) < 0 || (paddingIndex ?? 0) >= count) {
      throw new ValueError(
        `Embedding: paddingIndex is ${paddingIndex}; it must be a whole number from 0 to ${count - 1}`,
      );
    }
    this.paddingIndex = paddingIndex;
    const initializer: Initializer = (target, numbers) => {
      weightInitializer(target, numbers);
      if (paddingIndex === undefined) return;
      target.view().fill(0, paddingIndex * features, (paddingIndex + 1) * features);
    };
    this.weight = new Parameter([count, features], { dtype, initializer });
  }

  /** @throws ValueError when an index is not one of [0, count), as in PyTorch; DTypeError for floating-point numbers */
  forward(x: Tensor): Tensor {
    const { count, paddingIndex } = this;
    if (x.dtype === 'i32') {
      const index = x.view().find((value) => value < 0);
      if (index !== undefined) {
        throw new ValueError(
          `Embedding: index ${index} is outside of [0, ${count}); write ${count - 1} for the last row, and ` +
            'mark padding by an index of its own, with paddingIndex',
        );
      }
    }
    return embedding(this.weight, x, paddingIndex === undefined ? {} : { paddingIndex });
  }

  override outputShape(inputShape: Shape): Shape {
    return [...inputShape, this.features];
  }

  override describe(): string {
    const padding = this.paddingIndex === undefined ? '' : `, paddingIndex: ${this.paddingIndex}`;
    return `${this.count}, ${this.features}${padding}`;
  }
}
