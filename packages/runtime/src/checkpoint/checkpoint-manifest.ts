import { createHash } from 'node:crypto';
import { shownText } from '@dltrain/core';
import { checkEntries } from '../events/check-entries.js';
import { DecodeError, ManifestError, NewerFormatError } from '../events/errors.js';
import type { LogLengths } from '../events/event-log.js';
import { loadMessageType } from '../events/schema.js';
import { Wire } from '../events/wire.js';
import type { Identity } from './identity.js';
import type { Progress } from './progress.js';

export const checkpointManifestName = 'manifest.binpb';

/** No longer one is read or written. */
export const maxManifestBytes = 16 << 20;
/** Of each list, which becomes objects however few bytes it has: as many as a safetensors file has tensors. */
const mostEntries = 2 ** 18;
/** Of the progress, in which only metrics are many. */
const mostProgressBytes = 2 ** 20;
/** The numbers of the version, of lists and of the progress in the schema. */
const versionField = 1;
const fields = { progress: 2, identity: 3, files: 4, updates: 5 } as const;

/** What a checkpoint is (proto/checkpoint.proto). */
export interface CheckpointManifest {
  readonly progress: Progress;
  readonly identity: Identity;
  readonly files: readonly CheckpointFile[];
  /** How often each parameter was updated, in the order of the model. */
  readonly updates: readonly ParameterUpdates[];
  readonly logs: LogLengths;
}

export interface CheckpointFile {
  /** Without a directory. */
  readonly name: string;
  readonly byteLength: number;
  /** Of the whole file, in hex. */
  readonly sha256: string;
}

export interface ParameterUpdates {
  readonly name: string;
  readonly updates: number;
}

const formatVersion = 1;

/** Field 15, wire type 2, and 32 bytes: what stands before the hash at the end. */
const hashMark = [(15 << 3) | 2, 32] as const;
const hashBytes = 32;
const sealBytes = hashMark.length + hashBytes;

/** `dltrain.v1.CheckpointManifest`, without its seal, as protobufjs takes and gives it. */
interface ManifestMessage {
  format_version: number;
  progress: ProgressMessage | null;
  identity: readonly { key: string; value: string }[];
  files: readonly { name: string; byte_length: number; sha256: Uint8Array }[];
  updates: readonly ParameterUpdates[];
  logs: LogLengths | null;
}

interface ProgressMessage {
  step: number;
  epoch: number;
  step_of_epoch: number;
  trained_samples: number;
  training_ms: number;
  elapsed_ms: number;
  validated_step: number | null;
  statistics_step: number | null;
  early_stopping: { best: number; fruitless: number } | null;
  best: { step: number; value: number; monitor: string; mode: string } | null;
  metrics: Readonly<Record<string, number>>;
}

/**
 * The bytes of a manifest, sealed with their own SHA-256.
 * @throws ManifestError if the manifest contradicts itself, or is too long to be read again
 */
export async function encodeCheckpointManifest(manifest: CheckpointManifest): Promise<Uint8Array> {
  check(manifest);
  const type = await loadManifestType();
  const { progress } = manifest;
  const content = type.encode({
    format_version: formatVersion,
    progress: {
      step: progress.step,
      epoch: progress.epoch,
      step_of_epoch: progress.stepOfEpoch,
      trained_samples: progress.trainedSamples,
      training_ms: progress.trainingMs,
      elapsed_ms: progress.elapsedMs,
      validated_step: progress.validatedStep,
      statistics_step: progress.statisticsStep,
      early_stopping: progress.earlyStopping,
      best: progress.best,
      metrics: progress.metrics,
    },
    identity: manifest.identity.map(([key, value]) => ({ key, value })),
    files: manifest.files.map(({ name, byteLength, sha256 }) => ({
      name,
      byte_length: byteLength,
      sha256: Buffer.from(sha256, 'hex'),
    })),
    updates: manifest.updates,
    logs: manifest.logs,
  });
  readably(() => {
    checkLists(content);
  });
  const bytes = Buffer.concat([content, Buffer.from(hashMark), digest(content)]);
  if (bytes.length > maxManifestBytes) {
    throw new ManifestError(
      `the manifest of a checkpoint has ${bytes.length} bytes; at most ${maxManifestBytes} are read`,
    );
  }
  return bytes;
}

/**
 * The manifest in some bytes, each of which was looked at.
 * @throws NewerFormatError if they are of a newer format; ManifestError if they are cut short or were changed, or
 *   contradict themselves
 */
export async function decodeCheckpointManifest(bytes: Uint8Array): Promise<CheckpointManifest> {
  const type = await loadManifestType();
  return readably(() => {
    const content = unseal(bytes);
    checkVersion(content);
    checkLists(content);
    const manifest = fromMessage(type.decode(content));
    check(manifest);
    return manifest;
  });
}

function readably<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause;
    throw new ManifestError(`the manifest: ${cause.message}`, { cause });
  }
}

/** @throws DecodeError for lists that would take more memory than a manifest may */
function checkLists(content: Uint8Array): void {
  const { progress, ...lists } = fields;
  checkEntries(content, progress, { mostEntries: 1, mostEntryBytes: mostProgressBytes });
  for (const field of Object.values(lists)) {
    checkEntries(content, field, { mostEntries, mostEntryBytes: maxManifestBytes });
  }
}

function loadManifestType() {
  return loadMessageType<ManifestMessage>('checkpoint.proto', 'dltrain.v1.CheckpointManifest');
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** What the seal vouches for. */
function unseal(bytes: Uint8Array): Uint8Array {
  if (bytes.length > maxManifestBytes) {
    throw new ManifestError(
      `the manifest is longer than the ${maxManifestBytes} bytes of the longest`,
    );
  }
  if (bytes.length <= sealBytes) {
    throw new ManifestError(`the manifest has ${bytes.length} bytes: it was cut short`);
  }
  const content = bytes.subarray(0, -sealBytes);
  const seal = Buffer.concat([Buffer.from(hashMark), digest(content)]);
  if (!seal.equals(bytes.subarray(-sealBytes))) {
    throw new ManifestError(
      'the manifest does not have the SHA-256 that it ends with: it was cut short or changed',
    );
  }
  return content;
}

/** Before all else is looked at, which may be otherwise in another version. */
function checkVersion(content: Uint8Array): void {
  const wire = new Wire(content);
  let version = 0;
  while (!wire.done) {
    const tag = wire.varint();
    if (tag === versionField * 8) version = wire.varint();
    else wire.skip(tag % 8);
  }
  if (version === formatVersion) return;
  const what = `the manifest is of format version ${version}; ${formatVersion} is known here`;
  if (version < formatVersion) throw new ManifestError(what);
  throw new NewerFormatError(`${what}: use the dltrain that wrote it, or a newer one`);
}

function fromMessage(message: ManifestMessage): CheckpointManifest {
  const { progress, logs } = message;
  if (progress === null || logs === null) {
    throw new ManifestError('the manifest lacks its progress or the lengths of the logs');
  }
  // Fields that hold 0 are not stored: they are read by name, a copy of the message would lack them.
  const { early_stopping: stopping, best } = progress;
  return {
    progress: {
      step: withoutMinusZero(progress.step),
      epoch: withoutMinusZero(progress.epoch),
      stepOfEpoch: withoutMinusZero(progress.step_of_epoch),
      trainedSamples: withoutMinusZero(progress.trained_samples),
      trainingMs: progress.training_ms,
      elapsedMs: progress.elapsed_ms,
      validatedStep: progress.validated_step,
      statisticsStep: progress.statistics_step,
      earlyStopping: stopping && { best: stopping.best, fruitless: stopping.fruitless },
      best: best && {
        step: best.step,
        value: best.value,
        monitor: best.monitor,
        mode: best.mode,
      },
      metrics: { ...progress.metrics },
    },
    identity: message.identity.map(({ key, value }) => [key, value]),
    files: message.files.map(({ name, byte_length: byteLength, sha256 }) => ({
      name,
      byteLength: withoutMinusZero(byteLength),
      sha256: Buffer.from(sha256).toString('hex'),
    })),
    updates: message.updates.map(({ name, updates }) => ({ name, updates })),
    logs: {
      events: withoutMinusZero(logs.events),
      metrics: withoutMinusZero(logs.metrics),
    },
  };
}

/** A count that is stored as -0 is 0, and would not be the same for who compares. */
function withoutMinusZero(count: number): number {
  return count + 0;
}

/** What holds of every manifest, read or written. */
function check({ progress, identity, files, updates, logs }: CheckpointManifest): void {
  const { step, epoch, stepOfEpoch, trainedSamples, earlyStopping, best } = progress;
  count('step', step);
  count('epoch', epoch);
  count('step_of_epoch', stepOfEpoch);
  count('trained_samples', trainedSamples);
  for (const at of [progress.validatedStep, progress.statisticsStep, best?.step ?? null]) {
    if (at !== null) stepUntil(step, at);
  }
  if (stepOfEpoch > step)
    throw new ManifestError(`step ${step} is step ${stepOfEpoch} of an epoch`);
  duration('training_ms', progress.trainingMs);
  duration('elapsed_ms', progress.elapsedMs);
  if (earlyStopping !== null) count('fruitless', earlyStopping.fruitless);
  if (best !== null) [best.monitor, best.mode].forEach(text);
  count('length of the event log', logs.events);
  count('length of the metrics', logs.metrics);
  for (const { name, updates: times } of updates) {
    text(name);
    // A step updates a parameter once.
    stepUntil(step, times);
  }
  for (const [i, [key, value]] of identity.entries()) {
    text(key);
    text(value);
    if (i > 0 && (identity[i - 1]?.[0] ?? '') >= key) {
      throw new ManifestError(`what fixes the bits is not sorted by key at ${shownText(key)}`);
    }
  }
  files.forEach(checkFile);
  for (const list of [files, updates]) checkNames(list);
}

function checkNames(list: readonly { readonly name: string }[]): void {
  const names = new Set<string>();
  for (const { name } of list) {
    if (names.has(name)) throw new ManifestError(`${shownText(name)} is listed twice`);
    names.add(name);
  }
}

function checkFile({ name, byteLength, sha256 }: CheckpointFile): void {
  if (!/^[\w-]+\.safetensors$/.test(name)) {
    throw new ManifestError(`'${shownText(name)}' is no file of a checkpoint`);
  }
  count(`length of ${name}`, byteLength);
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new ManifestError(`${name} has the SHA-256 "${shownText(sha256)}", not 64 hex digits`);
  }
}

function count(what: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new ManifestError(`the ${what} is ${value}, not a whole number of 0 or more`);
}

function stepUntil(step: number, value: number): void {
  count('step of something', value);
  if (value > step) throw new ManifestError(`after ${step} steps something is of step ${value}`);
}

function duration(what: string, value: number): void {
  if (value >= 0 && Number.isFinite(value)) return;
  throw new ManifestError(`${what} is ${value}`);
}

function text(value: string): void {
  if (!/\p{Surrogate}/u.test(value)) return;
  throw new ManifestError(`a name or a value is no text: ${shownText(value)}`);
}
