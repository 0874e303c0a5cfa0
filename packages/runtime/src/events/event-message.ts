import type {
  EndEvent,
  ModelLine,
  StartEvent,
  StepEvent,
  TrainEvent,
  ValidationEvent,
} from '../options.js';
import {
  checkpointEvent,
  checkpointMessage,
  nonFiniteEvent,
  nonFiniteMessage,
  recoveryEvent,
  recoveryMessage,
  resumeEvent,
  resumeMessage,
  warningEvent,
  warningMessage,
  weightsEvent,
  weightsMessage,
  type CheckpointMessage,
  type NonFiniteMessage,
  type RecoveryMessage,
  type ResumeMessage,
  type WarningMessage,
  type WeightsMessage,
} from './survival-messages.js';
import { atMost, sizesOf, uint32, wellFormed } from './bounds.js';
import { EventLogError } from './errors.js';
import {
  statisticsEvent,
  statisticsMessage,
  type StatisticsMessage,
} from './statistics-message.js';

/** Version of the format of `events.binpb` that is written, and the newest that is read. */
const eventFormatVersion = 1;

/** More are refused in either direction: a log is read with bounded memory. */
const maxMetrics = 1024;
const maxModelLines = 65_536;

type Metrics = Readonly<Record<string, number>>;

/** `dltrain.v1.Event` as protobufjs takes and gives it: one of them, and `kind` says which. */
export interface EventMessage {
  kind?: TrainEvent['event'] | undefined;
  start?: StartMessage | null;
  step?: StepMessage | null;
  validation?: ValidationMessage | null;
  statistics?: StatisticsMessage | null;
  end?: EndMessage | null;
  resume?: ResumeMessage | null;
  checkpoint?: CheckpointMessage | null;
  recovery?: RecoveryMessage | null;
  nonfinite?: NonFiniteMessage | null;
  weights?: WeightsMessage | null;
  warning?: WarningMessage | null;
}

interface StartMessage {
  format_version: number;
  name: string;
  seed: number;
  workers: number;
  leaves: number;
  variant: string;
  parameters: number;
  model: readonly ModelLineMessage[];
  samples: { train: number; val: number; test: number } | null;
  steps_per_epoch: number;
  max_steps: number;
}

interface ModelLineMessage {
  name: string;
  kind: string;
  output_shape: { sizes: readonly number[] } | null;
  parameters: number;
}

interface StepMessage {
  step: number;
  epoch: number;
  loss: number;
  learning_rate: number;
  samples: number;
  elapsed_ms: number;
  grad_norm: number | null;
  metrics: Metrics;
}

interface ValidationMessage {
  split: number;
  step: number;
  epoch: number;
  samples: number;
  elapsed_ms: number;
  metrics: Metrics;
}

interface EndMessage {
  reason: number;
  steps: number;
  epochs: number;
  elapsed_ms: number;
  samples_per_second: number;
  weights_sha256: string;
  metrics: Metrics;
}

/** Words by their number in the schema; 0 is `UNSPECIFIED` and never written. */
const splits = [null, 'val', 'test'] as const;
const reasons = [
  null,
  'completed',
  'max_steps',
  'early_stopping',
  'stopped',
  'failed',
] as const satisfies readonly (EndEvent['reason'] | null)[];

/** An event as the schema's message. Throws EventLogError for what the schema cannot hold. */
export function toMessage(event: TrainEvent): EventMessage {
  switch (event.event) {
    case 'start':
      return { start: startMessage(event) };
    case 'step':
      return { step: stepMessage(event) };
    case 'validation':
      return { validation: validationMessage(event) };
    case 'statistics':
      return { statistics: statisticsMessage(event) };
    case 'end':
      return { end: endMessage(event) };
    case 'resume':
      return { resume: resumeMessage(event) };
    case 'checkpoint':
      return { checkpoint: checkpointMessage(event) };
    case 'recovery':
      return { recovery: recoveryMessage(event) };
    case 'nonfinite':
      return { nonfinite: nonFiniteMessage(event) };
    case 'weights':
      return { weights: weightsMessage(event) };
    case 'warning':
      return { warning: warningMessage(event) };
  }
}

function startMessage(event: StartEvent): StartMessage {
  const { train, val, test } = event.samples;
  return {
    format_version: eventFormatVersion,
    name: wellFormed(event.name),
    seed: event.seed,
    workers: uint32('workers', event.workers),
    leaves: uint32('leaves', event.leaves),
    variant: wellFormed(event.variant),
    parameters: event.parameters,
    model: atMost(maxModelLines, 'lines of the model', event.model).map((line) => ({
      name: wellFormed(line.name),
      kind: wellFormed(line.kind),
      output_shape: line.outputShape === null ? null : { sizes: sizesOf(line.outputShape) },
      parameters: line.parameters,
    })),
    samples: { train, val, test },
    steps_per_epoch: event.stepsPerEpoch,
    max_steps: event.maxSteps,
  };
}

function stepMessage(event: StepEvent): StepMessage {
  return {
    step: event.step,
    epoch: event.epoch,
    loss: event.loss,
    learning_rate: event.learningRate,
    samples: event.samples,
    elapsed_ms: event.elapsedMs,
    grad_norm: event.gradNorm,
    metrics: storable(event.metrics),
  };
}

function validationMessage(event: ValidationEvent): ValidationMessage {
  return {
    split: splits.indexOf(event.split),
    step: event.step,
    epoch: event.epoch,
    samples: event.samples,
    elapsed_ms: event.elapsedMs,
    metrics: storable(event.metrics),
  };
}

function endMessage(event: EndEvent): EndMessage {
  return {
    reason: reasons.indexOf(event.reason),
    steps: event.steps,
    epochs: event.epochs,
    elapsed_ms: event.elapsedMs,
    samples_per_second: event.samplesPerSecond,
    weights_sha256: wellFormed(event.weightsSha256),
    metrics: storable(event.metrics),
  };
}

/**
 * The event of a decoded message; null if it is of a kind that this version does not know. Throws
 * EventLogError if it does not make sense.
 */
export function fromMessage(message: EventMessage): TrainEvent | null {
  const { start, step, validation, statistics, end } = message;
  const { resume, checkpoint, recovery, nonfinite, weights, warning } = message;
  switch (message.kind) {
    case 'start':
      return start ? startEvent(start) : null;
    case 'step':
      return step ? stepEvent(step) : null;
    case 'validation':
      return validation ? validationEvent(validation) : null;
    case 'statistics':
      return statistics ? statisticsEvent(statistics) : null;
    case 'end':
      return end ? endEvent(end) : null;
    case 'resume':
      return resume ? resumeEvent(resume) : null;
    case 'checkpoint':
      return checkpoint ? checkpointEvent(checkpoint) : null;
    case 'recovery':
      return recovery ? recoveryEvent(recovery) : null;
    case 'nonfinite':
      return nonfinite ? nonFiniteEvent(nonfinite) : null;
    case 'weights':
      return weights ? weightsEvent(weights) : null;
    case 'warning':
      return warning ? warningEvent(warning) : null;
    default:
      return null;
  }
}

function startEvent(message: StartMessage): StartEvent {
  const version = message.format_version;
  if (version !== eventFormatVersion) {
    throw new EventLogError(
      version > eventFormatVersion
        ? `format version ${version} is newer than ${eventFormatVersion}, the newest known here; ` +
            'read the log with a newer dltrain'
        : `format version ${version} does not exist`,
    );
  }
  return {
    event: 'start',
    name: message.name,
    seed: message.seed,
    workers: message.workers,
    leaves: message.leaves,
    variant: message.variant,
    parameters: message.parameters,
    model: atMost(maxModelLines, 'lines of the model', message.model).map(modelLine),
    samples: {
      train: message.samples?.train ?? 0,
      val: message.samples?.val ?? 0,
      test: message.samples?.test ?? 0,
    },
    stepsPerEpoch: message.steps_per_epoch,
    maxSteps: message.max_steps,
  };
}

function modelLine(message: ModelLineMessage): ModelLine {
  const shape = message.output_shape;
  return {
    name: message.name,
    kind: message.kind,
    outputShape: shape === null ? null : sizesOf(shape.sizes),
    parameters: message.parameters,
  };
}

function stepEvent(message: StepMessage): StepEvent {
  return {
    event: 'step',
    step: message.step,
    epoch: message.epoch,
    loss: message.loss,
    learningRate: message.learning_rate,
    samples: message.samples,
    elapsedMs: message.elapsed_ms,
    gradNorm: message.grad_norm,
    metrics: { ...storable(message.metrics) },
  };
}

function validationEvent(message: ValidationMessage): ValidationEvent {
  return {
    event: 'validation',
    split: wordOf('split', splits, message.split),
    step: message.step,
    epoch: message.epoch,
    samples: message.samples,
    elapsedMs: message.elapsed_ms,
    metrics: { ...storable(message.metrics) },
  };
}

function endEvent(message: EndMessage): EndEvent {
  return {
    event: 'end',
    reason: wordOf('reason', reasons, message.reason),
    steps: message.steps,
    epochs: message.epochs,
    elapsedMs: message.elapsed_ms,
    samplesPerSecond: message.samples_per_second,
    weightsSha256: message.weights_sha256,
    metrics: { ...storable(message.metrics) },
  };
}

function wordOf<Word extends string>(
  field: string,
  words: readonly (Word | null)[],
  number: number,
): Word {
  const word = words[number];
  if (word) return word;
  throw new EventLogError(
    `${field} ${number} is not known; the log is damaged, or needs a newer dltrain`,
  );
}

/** Metrics within the bounds, under names that UTF-8 can hold. */
function storable(metrics: Metrics): Metrics {
  const names = atMost(maxMetrics, 'metrics', Object.keys(metrics));
  if (!names.some((name) => loneSurrogate.test(name))) return metrics;
  return Object.fromEntries(Object.entries(metrics).map(([name, x]) => [wellFormed(name), x]));
}

const loneSurrogate = /\p{Surrogate}/u;
