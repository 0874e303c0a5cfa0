export * from './dtype.js';
export * from './errors.js';
export * from './files/make-directory.js';
export * from './files/regular-file.js';
export { shownText } from './files/shown-text.js';
export { describeValue, isClass } from './describe-value.js';
export { didYouMean, nearestName, plainName } from './did-you-mean.js';
export { checkOptions, problemWithOptions, unknownOption, type OptionNames } from './options.js';
export { isPlainObject } from './plain-object.js';
export { OutOfMemoryError } from '@dltrain/kernels';
export * from './shape.js';
export * from './create.js';
export { logspace, type LogspaceOptions } from './logspace.js';
export { Engine, engine, installEngine, type EngineOptions } from './engine.js';
export { FixedStorage, type Storage } from './memory/storage.js';
export { Tensor, emptyTensor, type NestedArray } from './tensor.js';
export { scope } from './memory/scoped.js';
export { mostParts, partSums, withRowParts, type RowParts } from './row-parts.js';
export { foldTree, splitOf, type TreeRange } from './tree.js';
export { noGrad } from './autodiff/no-grad.js';
export { backward, ownCopy, type BackwardOptions } from './autodiff/backward.js';
export { sweep, type SweepOptions } from './autodiff/reverse-sweep.js';
export { sweepForward } from './autodiff/forward-sweep.js';
export type { Node } from './autodiff/node.js';
export { pull } from './autodiff/pull.js';
export { grad, gradientsOf, valueAndGrad, type GradientsOptions } from './autodiff/grad.js';
export type { GradOptions, Like, PerArgument, TensorFunction } from './autodiff/trace.js';
export { vjp } from './autodiff/vjp.js';
export { jvp } from './autodiff/jvp.js';
export { jacobian, type JacobianOptions } from './autodiff/jacobian.js';
export { hessian } from './autodiff/hessian.js';
export { hvp } from './autodiff/hvp.js';
export { stopGradient } from './autodiff/stop-gradient.js';
export { checkpoint } from './autodiff/checkpoint.js';
export { customOp, type CustomCall, type CustomOp } from './autodiff/custom-op.js';
export { detectAnomaly } from './autodiff/anomaly.js';
export { traceCalls } from './autodiff/call-site.js';
export {
  checkGradients,
  type CheckGradientsOptions,
  type GradientsReport,
} from './autodiff/check-gradients.js';
export type { Activation } from './ops/activations/activation.js';
export type { ArgOptions } from './ops/reductions/arg-extremum.js';
export type { Pair } from './ops/nets/conv-geometry.js';
export type { Operand } from './elementwise.js';
export { ellipsis, newAxis, type IndexItem, type Slice } from './ops/indexing/index-items.js';
export type { PoolOptions } from './ops/nets/pool.js';
export type { ReduceOptions } from './reduce.js';
export type { ScanOptions } from './ops/scans/scan.js';
export type { VarianceOptions } from './ops/reductions/variance-parts.js';
export { defaultIgnoreIndex, type ClassOptions } from './ops/losses/class-targets.js';
export type { Weights } from './ops/losses/loss-weights.js';
export type { LossOptions, Reduction } from './ops/losses/reduction.js';
export {
  registry,
  type Derivative,
  type Op,
  type RegisteredOp,
  type Sample,
  type SampleInput,
} from './op.js';
export * from './ops/index.js';
import './methods.js';
export * from './random/draw.js';
export { manualSeed, random, withSeed } from './random/seed.js';
export { philox4x32 } from './random/philox.js';
export { randomKey, type RandomCall } from './random/random-state.js';
