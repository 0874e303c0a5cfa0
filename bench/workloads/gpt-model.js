import { add, crossEntropy, reshape } from '@dltrain/core';
import {
  Embedding,
  GELU,
  init,
  LayerNorm,
  Linear,
  Module,
  MultiheadAttention,
  Parameter,
  Sequential,
} from '@dltrain/nn';

/** @typedef {import('@dltrain/core').Tensor} Tensor */

/** Attention and an MLP, each on the norm of what came before and added to it. */
class Block extends Module {
  /**
   * @param {number} width
   * @param {number} heads
   */
  constructor(width, heads) {
    super();
    this.attentionNorm = new LayerNorm(width);
    this.attention = new MultiheadAttention(width, heads, { causal: true });
    this.mlpNorm = new LayerNorm(width);
    this.mlp = new Sequential(
      new Linear(width, 4 * width),
      new GELU(),
      new Linear(4 * width, width),
    );
  }

  /**
   * @override
   * @param {Tensor} x `[N, positions, width]`
   */
  forward(x) {
    const attended = add(x, this.attention.forward(this.attentionNorm.forward(x)));
    return add(attended, this.mlp.forward(this.mlpNorm.forward(attended)));
  }
}

/** A transformer that predicts each next token: indices `[N, context]` in, logits `[N, context, vocabulary]` out. */
export class Gpt extends Module {
  /** @param {import('./workload.js').TransformerSizes} sizes */
  constructor({ vocabulary, context, width, heads, depth }) {
    super();
    const weightInitializer = init.normal(0, 0.02);
    this.tokens = new Embedding(vocabulary, width, { weightInitializer });
    this.positions = new Parameter([context, width], { initializer: weightInitializer });
    this.blocks = new Sequential(...Array.from({ length: depth }, () => new Block(width, heads)));
    this.norm = new LayerNorm(width);
    this.head = new Linear(width, vocabulary);
  }

  /**
   * @override
   * @param {Tensor} indices
   */
  forward(indices) {
    const x = add(this.tokens.forward(indices), this.positions);
    return this.head.forward(this.norm.forward(this.blocks.forward(x)));
  }
}

/**
 * Mean cross-entropy over all positions.
 *
 * @param {Tensor} logits `[N, context, vocabulary]`
 * @param {Tensor} targets `[N, context]`
 */
export function nextTokenLoss(logits, targets) {
  const tokens = targets.size;
  return crossEntropy(reshape(logits, [tokens, logits.size / tokens]), reshape(targets, [tokens]));
}
