/** All public ops: those that are methods of a tensor, too, and those that are not. */
export * from './methods.js';

// Elementwise
export { cast } from './elementwise/to.js';
export * from './elementwise/where.js';

// Shape
export * from './shape/cat.js';
export * from './shape/meshgrid.js';
export * from './shape/stack.js';

// Indexing
export * from './indexing/embedding.js';
export * from './indexing/one-hot.js';

// Linear algebra
export * from './linear-algebra/cosine-similarity.js';
export * from './linear-algebra/einsum.js';
export * from './linear-algebra/linear.js';
export { normalize, type NormalizeOptions } from './linear-algebra/normalize.js';
export * from './linear-algebra/pairwise-distance.js';
export * from './linear-algebra/tensordot.js';

// Layers as functions
export * from './nets/adaptive-avg-pool2d.js';
export { avgPool2d, type AvgPoolOptions } from './nets/avg-pool2d.js';
export * from './nets/batch-norm.js';
export * from './nets/conv-transpose1d.js';
export * from './nets/conv-transpose2d.js';
export * from './nets/conv1d.js';
export { conv2d, type Conv2dOptions } from './nets/conv2d.js';
export * from './nets/dropout.js';
export * from './nets/feature-dropout.js';
export * from './nets/fold.js';
export * from './nets/group-norm.js';
export * from './nets/instance-norm.js';
export * from './nets/interpolate.js';
export * from './nets/layer-norm.js';
export * from './nets/max-pool2d.js';
export * from './nets/pixel-shuffle.js';
export * from './nets/pool1d.js';
export * from './nets/rms-norm.js';
export * from './nets/scaled-dot-product-attention.js';
export { selfAttention, type SelfAttentionOptions } from './nets/self-attention.js';

// Losses
export * from './losses/bce-with-logits.js';
export * from './losses/bce.js';
export * from './losses/cosine-embedding.js';
export * from './losses/cross-entropy.js';
export * from './losses/cumulative-link.js';
export * from './losses/distillation.js';
export * from './losses/gaussian-nll.js';
export * from './losses/hinge-embedding.js';
export * from './losses/hinge.js';
export * from './losses/huber.js';
export * from './losses/kl-div.js';
export * from './losses/l1.js';
export * from './losses/margin-ranking.js';
export * from './losses/mse.js';
export * from './losses/multi-margin.js';
export { nll } from './losses/nll.js';
export * from './losses/poisson-nll.js';
export * from './losses/smooth-l1.js';
export * from './losses/triplet-margin.js';
