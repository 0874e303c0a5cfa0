/** The ops that are also methods of a tensor: `x.add(y)` is `add(x, y)`. */

// Elementwise
export * from './elementwise/abs.js';
export * from './elementwise/acos.js';
export * from './elementwise/acosh.js';
export * from './elementwise/add.js';
export * from './elementwise/all-close.js';
export * from './elementwise/asin.js';
export * from './elementwise/asinh.js';
export * from './elementwise/atan.js';
export * from './elementwise/atan2.js';
export * from './elementwise/atanh.js';
export * from './elementwise/bitwise.js';
export * from './elementwise/ceil.js';
export * from './elementwise/clamp.js';
export * from './elementwise/compare.js';
export * from './elementwise/copysign.js';
export * from './elementwise/cos.js';
export * from './elementwise/cosh.js';
export * from './elementwise/div.js';
export * from './elementwise/erf.js';
export * from './elementwise/exp.js';
export * from './elementwise/exp2.js';
export * from './elementwise/expm1.js';
export * from './elementwise/floor-divide.js';
export * from './elementwise/floor.js';
export * from './elementwise/fmod.js';
export * from './elementwise/is-close.js';
export * from './elementwise/isfinite.js';
export * from './elementwise/isinf.js';
export * from './elementwise/isnan.js';
export * from './elementwise/lerp.js';
export * from './elementwise/log.js';
export * from './elementwise/log10.js';
export * from './elementwise/log1p.js';
export * from './elementwise/log2.js';
export * from './elementwise/logaddexp.js';
export * from './elementwise/logical.js';
export * from './elementwise/maximum.js';
export * from './elementwise/minimum.js';
export * from './elementwise/mul.js';
export * from './elementwise/neg.js';
export * from './elementwise/pow.js';
export * from './elementwise/reciprocal.js';
export * from './elementwise/remainder.js';
export * from './elementwise/round.js';
export * from './elementwise/rsqrt.js';
export * from './elementwise/sign.js';
export * from './elementwise/sin.js';
export * from './elementwise/sinh.js';
export * from './elementwise/sqrt.js';
export * from './elementwise/square.js';
export * from './elementwise/sub.js';
export * from './elementwise/tan.js';
export * from './elementwise/trunc-divide.js';
export * from './elementwise/trunc.js';

// Activations
export * from './activations/celu.js';
export * from './activations/elu.js';
export * from './activations/gelu.js';
export * from './activations/glu.js';
export * from './activations/hardsigmoid.js';
export * from './activations/hardswish.js';
export * from './activations/hardtanh.js';
export * from './activations/identity.js';
export * from './activations/leaky-relu.js';
export * from './activations/log-sigmoid.js';
export * from './activations/log-softmax.js';
export * from './activations/mish.js';
export * from './activations/prelu.js';
export * from './activations/relu.js';
export * from './activations/relu6.js';
export * from './activations/selu.js';
export * from './activations/sigmoid.js';
export * from './activations/silu.js';
export * from './activations/sinc.js';
export * from './activations/softmax.js';
export * from './activations/softplus.js';
export * from './activations/softsign.js';
export * from './activations/step.js';
export * from './activations/tanh.js';

// Reductions
export * from './reductions/amax.js';
export * from './reductions/amin.js';
export * from './reductions/argmax.js';
export * from './reductions/argmin.js';
export * from './reductions/count-nonzero.js';
export * from './reductions/logsumexp.js';
export * from './reductions/max.js';
export * from './reductions/mean.js';
export * from './reductions/median.js';
export * from './reductions/min.js';
export * from './reductions/nansum.js';
export * from './reductions/norm.js';
export * from './reductions/prod.js';
export * from './reductions/quantile.js';
export * from './reductions/std.js';
export * from './reductions/sum.js';
export * from './reductions/variance.js';

// Running sums, sorting
export * from './scans/argsort.js';
export * from './scans/cummax.js';
export * from './scans/cummin.js';
export * from './scans/cumprod.js';
export * from './scans/cumsum.js';
export * from './scans/logcumsumexp.js';
export * from './scans/sort.js';

// Shape
export * from './shape/clone.js';
export * from './shape/diagonal.js';
export * from './shape/expand.js';
export * from './shape/flatten.js';
export * from './shape/flip.js';
export * from './shape/movedim.js';
export * from './shape/pad.js';
export * from './shape/permute.js';
export * from './shape/repeat-interleave.js';
export * from './shape/repeat.js';
export * from './shape/reshape.js';
export * from './shape/roll.js';
export * from './shape/slice.js';
export * from './shape/split.js';
export * from './shape/squeeze.js';
export * from './shape/transpose.js';
export * from './shape/triangle.js';
export * from './shape/unflatten.js';
export * from './shape/unfold-axis.js';
export * from './shape/unsqueeze.js';

// Indexing
export * from './indexing/gather.js';
export * from './indexing/index-add.js';
export * from './indexing/index-select.js';
export * from './indexing/indexing.js';
export * from './indexing/masked.js';
export * from './indexing/scatter-add.js';
export * from './indexing/scatter-reduce.js';
export * from './indexing/scatter.js';
export * from './indexing/take-along-axis.js';
export * from './indexing/take.js';

// Linear algebra
export * from './linear-algebra/dot.js';
export * from './linear-algebra/kron.js';
export { matmul } from './linear-algebra/matmul.js';
export * from './linear-algebra/outer.js';
export * from './linear-algebra/trace.js';
