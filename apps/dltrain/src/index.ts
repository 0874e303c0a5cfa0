/**
 * Everything of dltrain in one place: tensors and their ops, `train`, `loadModel`, layers and
 * optimizers as `nn`, readers as `data`.
 *
 * @example
 * import { loadModel, nn, tensor, train } from 'dltrain';
 */
export * from '@dltrain/core';
export * as data from '@dltrain/data';
export * as kernels from '@dltrain/kernels';
export * as nn from '@dltrain/nn';
export {
  CheckpointError,
  IdentityError,
  listCheckpoints,
  newestCheckpoint,
  NonFiniteError,
  OptionsError,
  RankError,
  readEvents,
  ResumeError,
  train,
  type CheckpointEvent,
  type CheckpointOptions,
  type Duration,
  type EndEvent,
  type Fault,
  type FaultKind,
  type IdentityDifference,
  type LayersModel,
  type ListedCheckpoint,
  type ModelSource,
  type ModuleReference,
  type NonFiniteEvent,
  type RankTimeline,
  type RecoveryEvent,
  type ResumeEvent,
  type Span,
  type StartEvent,
  type StatisticsEvent,
  type StepEvent,
  type TimelineOptions,
  type TrainEvent,
  type TrainingRun,
  type TrainOptions,
  type TrainResult,
  type ValidationEvent,
  type WarningEvent,
  type WeightsEvent,
} from '@dltrain/runtime';
export { ConfigError, type Problem } from './config/problem.js';
export { loadModel, type LoadedModel, type ModelFiles, type Prediction } from './load-model.js';
export { drawGraph, drawModel, type DrawGraphOptions } from './graph/draw-graph.js';
export { summarize, type LayerSummary, type ModelSummary } from './summary/summarize.js';
