import type {
  CheckpointEvent,
  NonFiniteEvent,
  RecoveryEvent,
  ResumeEvent,
  WarningEvent,
  WeightsEvent,
} from '../options.js';
import { atMost, uint32, wellFormed } from './bounds.js';

/** More are refused in either direction: a log is read with bounded memory. */
const maxParameters = 65_536;

/** `dltrain.v1.Resume`, and so on, as protobufjs takes and gives them. */
export interface ResumeMessage {
  step: number;
  epoch: number;
  checkpoint: string;
  workers: number;
  elapsed_ms: number;
}

export interface CheckpointMessage {
  step: number;
  epoch: number;
  path: string;
  bytes: number;
  write_ms: number;
  best: boolean;
  elapsed_ms: number;
}

export interface RecoveryMessage {
  step: number;
  rank: number;
  reason: string;
  restarts: number;
  recovery_ms: number;
  elapsed_ms: number;
}

export interface NonFiniteMessage {
  step: number;
  parameter: string;
  leaf: number | null;
  elapsed_ms: number;
}

export interface WeightsMessage {
  step: number;
  sha256: string;
  parameters: Readonly<Record<string, string>>;
}

export interface WarningMessage {
  step: number;
  message: string;
  elapsed_ms: number;
}

export function resumeMessage(event: ResumeEvent): ResumeMessage {
  const { step, epoch, checkpoint, workers, elapsedMs } = event;
  return {
    step,
    epoch,
    checkpoint: wellFormed(checkpoint),
    workers: uint32('workers', workers),
    elapsed_ms: elapsedMs,
  };
}

export function resumeEvent(message: ResumeMessage): ResumeEvent {
  const { step, epoch, checkpoint, workers, elapsed_ms: elapsedMs } = message;
  return { event: 'resume', step, epoch, checkpoint, workers, elapsedMs };
}

export function checkpointMessage(event: CheckpointEvent): CheckpointMessage {
  const { step, epoch, path, bytes, writeMs, best, elapsedMs } = event;
  return {
    step,
    epoch,
    path: wellFormed(path),
    bytes,
    write_ms: writeMs,
    best,
    elapsed_ms: elapsedMs,
  };
}

export function checkpointEvent(message: CheckpointMessage): CheckpointEvent {
  const { step, epoch, path, bytes, write_ms: writeMs, best, elapsed_ms: elapsedMs } = message;
  return { event: 'checkpoint', step, epoch, path, bytes, writeMs, best, elapsedMs };
}

export function recoveryMessage(event: RecoveryEvent): RecoveryMessage {
  const { step, rank, reason, restarts, recoveryMs, elapsedMs } = event;
  return {
    step,
    rank: uint32('rank', rank),
    reason: wellFormed(reason),
    restarts: uint32('restarts', restarts),
    recovery_ms: recoveryMs,
    elapsed_ms: elapsedMs,
  };
}

export function recoveryEvent(message: RecoveryMessage): RecoveryEvent {
  const { step, rank, reason, restarts, recovery_ms: recoveryMs, elapsed_ms: elapsedMs } = message;
  return { event: 'recovery', step, rank, reason, restarts, recoveryMs, elapsedMs };
}

export function nonFiniteMessage(event: NonFiniteEvent): NonFiniteMessage {
  const { step, parameter, leaf, elapsedMs } = event;
  return {
    step,
    parameter: wellFormed(parameter),
    leaf: leaf === null ? null : uint32('leaf', leaf),
    elapsed_ms: elapsedMs,
  };
}

export function nonFiniteEvent(message: NonFiniteMessage): NonFiniteEvent {
  const { step, parameter, leaf, elapsed_ms: elapsedMs } = message;
  return { event: 'nonfinite', step, parameter, leaf, elapsedMs };
}

export function weightsMessage({ step, sha256, parameters }: WeightsEvent): WeightsMessage {
  atMost(maxParameters, 'parameters', Object.keys(parameters));
  const entries = Object.entries(parameters).map(([name, hash]) => [wellFormed(name), hash]);
  return { step, sha256, parameters: Object.fromEntries(entries) as Record<string, string> };
}

export function weightsEvent({ step, sha256, parameters }: WeightsMessage): WeightsEvent {
  atMost(maxParameters, 'parameters', Object.keys(parameters));
  return { event: 'weights', step, sha256, parameters: { ...parameters } };
}

export function warningMessage({ step, message, elapsedMs }: WarningEvent): WarningMessage {
  return { step, message: wellFormed(message), elapsed_ms: elapsedMs };
}

export function warningEvent({ step, message, elapsed_ms }: WarningMessage): WarningEvent {
  return { event: 'warning', step, message, elapsedMs: elapsed_ms };
}
