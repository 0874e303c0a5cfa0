export * from './dtype.js';
export * from './errors.js';
export { OutOfMemoryError } from '@dltrain/kernels';
export * from './shape.js';
export * from './create.js';
export { Engine, engine, installEngine, type EngineOptions } from './engine.js';
export { FixedStorage, type Storage } from './storage.js';
export { Tensor, emptyTensor, type NestedArray } from './tensor.js';
export { scope } from './scoped.js';
export { noGrad } from './autodiff/no-grad.js';
export {
  backward,
  ownCopy,
  sweep,
  type BackwardOptions,
  type SweepOptions,
} from './autodiff/backward.js';
export {
  grad,
  gradientsOf,
  valueAndGrad,
  type GradOptions,
  type GradientsOptions,
} from './autodiff/grad.js';
export type { Activation } from './activation.js';
export type { ArgOptions } from './arg-extremum.js';
export type { Pair } from './conv-geometry.js';
export type { Operand } from './elementwise.js';
export type { PoolOptions } from './pool.js';
export type { ReduceOptions } from './reduce.js';
export type { LossOptions, Reduction } from './reduction.js';
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
