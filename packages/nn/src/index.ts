export { Module } from './module.js';
export { ModuleCycleError } from './module-structure.js';
export { callOf, traceModules, type ModuleCall, type ModuleTrace } from './trace-modules.js';
export { layerStatistics, type LayerStatistics, type Spread } from './layer-statistics.js';
export { Parameter, withoutInit, type ParameterOptions } from './parameter.js';
export { initialize } from './initialize.js';
export * as init from './initializers.js';
export type { Initializer } from './initializers.js';
export { isRowwise } from './rowwise.js';
export { Sequential } from './sequential.js';
export { Linear, type LinearOptions } from './layers/linear.js';
export { Conv2d, type Conv2dOptions } from './layers/conv2d.js';
export type { Pool2dOptions } from './layers/pool2d.js';
export { MaxPool2d, type MaxPool2dOptions } from './layers/max-pool2d.js';
export { AvgPool2d, type AvgPool2dOptions } from './layers/avg-pool2d.js';
export { Flatten } from './layers/flatten.js';
export { Dropout } from './layers/dropout.js';
export { Dropout2d } from './layers/dropout2d.js';
export { Upsample, type UpsampleOptions } from './layers/upsample.js';
export { ReLU } from './layers/relu.js';
export { Sigmoid } from './layers/sigmoid.js';
export { Tanh } from './layers/tanh.js';
export { LeakyReLU } from './layers/leaky-relu.js';
export { PReLU, type PReLUOptions } from './layers/prelu.js';
export { ELU } from './layers/elu.js';
export { CELU } from './layers/celu.js';
export { SELU } from './layers/selu.js';
export { GELU } from './layers/gelu.js';
export { SiLU } from './layers/silu.js';
export { Mish } from './layers/mish.js';
export { Softplus } from './layers/softplus.js';
export { Softsign } from './layers/softsign.js';
export { LogSigmoid } from './layers/log-sigmoid.js';
export { Hardtanh } from './layers/hardtanh.js';
export { ReLU6 } from './layers/relu6.js';
export { Hardsigmoid } from './layers/hardsigmoid.js';
export { Hardswish } from './layers/hardswish.js';
export { Identity } from './layers/identity.js';
export { LogSoftmax } from './layers/log-softmax.js';
export { Conv1d, type Conv1dOptions } from './layers/conv1d.js';
export { ConvTranspose2d, type ConvTranspose2dOptions } from './layers/conv-transpose2d.js';
export { AdaptiveAvgPool2d } from './layers/adaptive-avg-pool2d.js';
export type { NormOptions } from './layers/affine.js';
export { LayerNorm } from './layers/layer-norm.js';
export { RMSNorm } from './layers/rms-norm.js';
export { GroupNorm } from './layers/group-norm.js';
export { Embedding, type EmbeddingOptions } from './layers/embedding.js';
export {
  MultiheadAttention,
  type MultiheadAttentionOptions,
} from './layers/multihead-attention.js';
export { Softmax } from './layers/softmax.js';
export type { LayerType } from './layers/layer-type.js';
export { layerTypes, type LayerSpec } from './layers/layer-types.js';
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
export type { Terms } from './terms.js';
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
export {
  decodeSafetensors,
  encodeSafetensors,
  safetensorsPieces,
  type SafetensorsPieces,
} from './weights/safetensors.js';
export { loadSafetensors, saveSafetensors } from './weights/safetensors-file.js';
export { SafetensorsError } from './weights/safetensors-header.js';
export { writeAtomically } from './weights/write-atomically.js';
export { draftSuffix, nodeDisk, type Disk, type DiskFile } from './weights/disk.js';
