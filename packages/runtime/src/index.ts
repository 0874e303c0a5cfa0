export * from './options.js';
export { faultKinds, type Fault, type FaultKind } from './faults.js';
export { train, type TrainHost } from './train.js';
export {
  CheckpointError,
  NonFiniteError,
  OptionsError,
  RankError,
  IdentityError,
  ResumeError,
  type RankPlace,
} from './errors.js';
export { mostSecondsOfInterval } from './checkpoint/check-options.js';
export { describeDifferences, type IdentityDifference } from './checkpoint/identity-differences.js';
export {
  listCheckpoints,
  readCheckpoint,
  type ListedCheckpoint,
} from './checkpoint/read-checkpoint.js';
export { changedData } from './checkpoint/changed-data.js';
export { isPlaceOfCheckpoint, remedyOfDamage } from './checkpoint/damaged-checkpoint.js';
export { realPlace } from './checkpoint/real-place.js';
export { newestCheckpoint } from './checkpoint/choose-checkpoint.js';
export { buildModel } from './model-source.js';
export { patienceOf } from './start-up.js';
export { outputOf } from './model-output.js';
export { leafCount } from './leaves.js';
export { checkParameterMemory } from './parameter-memory.js';
export { mostWorkers, workerCount } from './plan.js';
export { startThreadsAhead } from './rank-threads.js';
export { weightsFileName } from './run-files.js';
export { readEvents } from './events/read-events.js';
export { eventLine } from './events/event-line.js';
export { eventsFileName, metricsFileName } from './events/event-log.js';
export {
  manifestFileName,
  readManifest,
  type WeightEntry,
  type WeightsManifest,
} from './events/weights-manifest.js';
export { EventLogError, ManifestError, TruncatedEventLogError } from './events/errors.js';
export {
  timedPhases,
  type RankTimeline,
  type Span,
  type TimedPhase,
  type TimelineOptions,
} from './timeline.js';
export { Barrier } from './barrier.js';
export { ControlBlock, controlBlockBytes, phases, type Phase } from './control-block.js';
