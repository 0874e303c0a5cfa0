export { Module } from './module.js';
export { ModuleCycleError } from './module-structure.js';
export { callOf, traceModules, type ModuleCall, type ModuleTrace } from './trace-modules.js';
export { layerStatistics, type LayerStatistics, type Spread } from './layer-statistics.js';
export { Parameter, withoutInit, type ParameterOptions } from './parameter.js';
export { initialize } from './initialize.js';
export * as init from './initializers.js';
export type { Initializer } from './initializers.js';
export { Sequential } from './sequential.js';
export { Linear, type LinearOptions } from './layers/linear.js';
export { Conv2d, type Conv2dOptions } from './layers/conv2d.js';
export type { Pool2dOptions } from './layers/pool2d.js';
export { MaxPool2d } from './layers/max-pool2d.js';
export { AvgPool2d, type AvgPool2dOptions } from './layers/avg-pool2d.js';
export { Flatten } from './layers/flatten.js';
export { Dropout } from './layers/dropout.js';
export { ReLU } from './layers/relu.js';
export { Sigmoid } from './layers/sigmoid.js';
export { Tanh } from './layers/tanh.js';
export { Softmax } from './layers/softmax.js';
export { layerTypes, type LayerSpec, type LayerType } from './layers/layer-types.js';
export { buildLayers, LayerError, type LayersSpec } from './layers/build-layers.js';
export {
  SpecError,
  type ArgumentKind,
  type ArgumentSpec,
  type ArgumentTable,
  type Padding,
  type Size,
  type SpecPath,
  type TrainingDuration,
  type TypeEntry,
} from './config/arguments.js';
export { userLoss, type CheckedLoss, type Loss, type LossType } from './losses/loss.js';
export { buildLoss, lossTypes, type LossName, type LossSpec } from './losses/loss-types.js';
export { CrossEntropyLoss } from './losses/cross-entropy.js';
export { MSELoss } from './losses/mse.js';
export { BCEWithLogitsLoss } from './losses/bce-with-logits.js';
export { BCELoss } from './losses/bce.js';
export { HuberLoss } from './losses/huber.js';
export { L1Loss } from './losses/l1.js';
export { NLLLoss } from './losses/nll.js';
export { PoissonNLLLoss } from './losses/poisson-nll.js';
export { SmoothL1Loss } from './losses/smooth-l1.js';
export { userMetric, type Metric, type MetricType } from './metrics/metric.js';
export { metricTypes, type MetricName } from './metrics/metric-types.js';
export type { TargetDescription } from './targets.js';
export type { FromTo, UpdateRule, UpdateSpan } from './optimizers/update-rule.js';
export { Optimizer, type Trainable } from './optimizers/optimizer.js';
export { SGD, sgdRule, type SGDOptions, type SGDRuleOptions } from './optimizers/sgd.js';
export {
  Adam,
  AdamW,
  adamRule,
  adamwRule,
  type AdamOptions,
  type AdamRuleOptions,
} from './optimizers/adam.js';
export {
  buildOptimizer,
  optimizerTypes,
  type OptimizerSpec,
  type OptimizerType,
} from './optimizers/optimizer-types.js';
export {
  clipCoefficient,
  clipGradNorm,
  joinNorm,
  normBlockCount,
  normBlockSize,
  sumSquaresOfBlocks,
} from './optimizers/clip-grad-norm.js';
export type { Schedule } from './schedulers/schedule.js';
export { constantSchedule, type ConstantOptions } from './schedulers/constant.js';
export { stepSchedule, type StepOptions } from './schedulers/step.js';
export { cosineSchedule, type CosineOptions } from './schedulers/cosine.js';
export {
  buildScheduler,
  schedulerTypes,
  type ScheduleContext,
  type SchedulerSpec,
  type SchedulerType,
} from './schedulers/scheduler-types.js';
export type { StateDict, WeightArray } from './weights/weight-array.js';
export type { LoadOptions, LoadReport } from './weights/state-dict.js';
export { decodeSafetensors, encodeSafetensors } from './weights/safetensors.js';
export { loadSafetensors, saveSafetensors } from './weights/safetensors-file.js';
export { SafetensorsError } from './weights/safetensors-header.js';
export { writeAtomically } from './weights/write-atomically.js';
