import {
  checkOptions,
  formatShape,
  linear,
  permute,
  reshape,
  scaledDotProductAttention,
  selfAttention,
  ShapeError,
  slice,
  ValueError,
  type FloatDType,
  type Shape,
  type Tensor,
} from '@dltrain/core';
import { xavierUniform, zeros } from '../initializers.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { checkCount } from './count.js';
import { Linear } from './linear.js';

export interface MultiheadAttentionOptions {
  /** Whether a position sees those up to itself alone; false by default. */
  readonly causal?: boolean;
  /** Probability with which a weight becomes 0 in training; 0 by default. */
  readonly dropout?: number;
  /** Whether the projections add biases; true by default. */
  readonly bias?: boolean;
  /** `f32` by default. */
  readonly dtype?: FloatDType;
}

/**
 * Attention by several heads: queries, keys and values are projected, cut into `heads` parts that each attend by
 * themselves, joined and projected again. `x` [N, L, features] attends to itself; `attend` takes queries, keys
 * and values apart. Parameters have the names and shapes of PyTorch's layer: `in_proj_weight` [3 features,
 * features] for queries, keys and values one under the other, `in_proj_bias`, `out_proj`.
 *
 * @throws ValueError when a size is not a whole number of one or more, heads do not divide the features, or
 *   dropout is no probability
 *
 * @example
 * new MultiheadAttention(128, 4, { causal: true }).forward(x); // x [12, 64, 128] keeps its shape
 */
export class MultiheadAttention extends Module {
  readonly inWeight: Parameter;
  readonly inBias: Parameter | null;
  readonly outProjection: Linear;
  readonly causal: boolean;
  readonly dropout: number;

  constructor(
    readonly features: number,
    readonly heads: number,
    options: MultiheadAttentionOptions = {},
  ) {
    super();
    checkOptions('MultiheadAttention', options, {
      causal: 'boolean',
      dropout: 'number',
      bias: 'boolean',
      dtype: 'dtype',
    });
    checkCount('MultiheadAttention', 'features', features);
    checkCount('MultiheadAttention', 'heads', heads);
    const { causal = false, dropout = 0, bias = true, dtype = 'f32' } = options;
    if (features % heads !== 0) {
      throw new ValueError(`MultiheadAttention: ${heads} heads do not divide ${features} features`);
    }
    if (!(dropout >= 0 && dropout <= 1)) {
      throw new ValueError(
        `MultiheadAttention: dropout is ${dropout}; it must be a probability, from 0 to 1`,
      );
    }
    this.causal = causal;
    this.dropout = dropout;
    this.inWeight = new Parameter([3 * features, features], {
      dtype,
      initializer: xavierUniform(),
    });
    this.inBias = bias ? new Parameter([3 * features], { dtype }) : null;
    this.outProjection = new Linear(features, features, { bias, dtype, biasInitializer: zeros });
  }

  override *namedChildren(): Generator<[name: string, child: Module | Parameter]> {
    yield ['in_proj_weight', this.inWeight];
    if (this.inBias !== null) yield ['in_proj_bias', this.inBias];
    yield ['out_proj', this.outProjection];
  }

  forward(x: Tensor): Tensor {
    return this.attend(x, x, x);
  }

  /**
   * What queries [N, L, features] find at keys and values [N, S, features]; a mask as for
   * `scaledDotProductAttention`.
   * @throws ShapeError when shapes do not fit
   */
  attend(query: Tensor, key: Tensor, value: Tensor, mask?: Tensor): Tensor {
    for (const x of [query, key, value]) {
      if (x.rank !== 3 || x.shape[2] !== this.features) {
        throw new ShapeError(
          `MultiheadAttention takes [N, L, ${this.features}], not ${formatShape(x.shape)}`,
        );
      }
    }
    const { causal } = this;
    const itself = query === key && query === value;
    const dropoutP = this.training ? this.dropout : 0;
    if (itself && mask === undefined && dropoutP === 0) {
      const joined = linear(query, this.inWeight, this.inBias);
      return this.outProjection.forward(selfAttention(joined, this.heads, { causal }));
    }
    const [q, k, v] = itself
      ? this.projectAll(query)
      : [this.project(query, 0), this.project(key, 1), this.project(value, 2)];
    const found = scaledDotProductAttention(q, k, v, {
      ...{ causal, dropoutP },
      ...(mask === undefined ? {} : { mask }),
    });
    return this.outProjection.forward(reshape(permute(found, [0, 2, 1, 3]), query.shape));
  }

  /** All three projections of one input, in one product. */
  private projectAll(x: Tensor): [q: Tensor, k: Tensor, v: Tensor] {
    const { features, heads } = this;
    const [count = 0, length = 0] = x.shape;
    const one = [count, heads, length, features / heads];
    const joined = reshape(linear(x, this.inWeight, this.inBias), [
      ...[count, length, 3],
      ...[heads, features / heads],
    ]);
    const parts = permute(joined, [2, 0, 3, 1, 4]);
    const part = (i: number) => reshape(slice(parts, i, i + 1), one);
    return [part(0), part(1), part(2)];
  }

  /** The i-th of the three projections, cut into heads: [N, heads, L, features / heads]. */
  private project(x: Tensor, i: number): Tensor {
    const { features, heads, inBias } = this;
    const part = (of: Tensor) => slice(of, i * features, (i + 1) * features);
    const y = linear(x, part(this.inWeight), inBias === null ? null : part(inBias));
    const [count = 0, length = 0] = x.shape;
    return permute(reshape(y, [count, length, heads, features / heads]), [0, 2, 1, 3]);
  }

  override outputShape(inputShape: Shape): Shape {
    if (inputShape.length !== 2 || inputShape[1] !== this.features) {
      throw new ShapeError(
        `MultiheadAttention takes [length, ${this.features} features], not samples of shape ${formatShape(inputShape)}`,
      );
    }
    return inputShape;
  }

  override describe(): string {
    const causal = this.causal ? ', causal: true' : '';
    const dropout = this.dropout > 0 ? `, dropout: ${this.dropout}` : '';
    const bias = this.inBias === null ? ', bias: false' : '';
    return `${this.features}, ${this.heads}${causal}${dropout}${bias}`;
  }
}
