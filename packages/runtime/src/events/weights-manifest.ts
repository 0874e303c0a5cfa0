import {
  bytesPerElement,
  FileError,
  openRegularFile,
  readExactly,
  shownText,
  type DType,
} from '@dltrain/core';
import { nodeDisk, writeAtomically, type Disk } from '@dltrain/nn';
import { checkEntries } from './check-entries.js';
import { diskReason } from './disk-reason.js';
import { DecodeError, ManifestError } from './errors.js';
import { loadMessageType } from './schema.js';

export const manifestFileName = 'manifest.binpb';

const formatVersion = 1;
const maxBytes = 16 << 20;
/**
 * Every entry becomes an object, however few bytes it has in the file, so that their number is bounded
 * as well: to that of the tensors in a safetensors file.
 */
const mostEntries = 2 ** 18;
/** A name, and `maxAxes` sizes. */
const mostEntryBytes = 2 ** 16;
/** The number of `weights` in the schema. */
const entriesField = 2;
const maxAxes = 64;
/** A safetensors file begins with the 8 bytes of its header's length. */
const firstOffset = 8;

/** What the weights of a run are and what they came from (proto/manifest.proto). */
export interface WeightsManifest {
  /** Every tensor of the safetensors file, in the order of the file. */
  readonly weights: readonly WeightEntry[];
  /** Optimizer steps that made them. */
  readonly step: number;
  readonly seed: number;
  /** SHA-256 of what fixes the result: options, data, kernels. This and the others: 64 hex digits. */
  readonly configSha256: string;
  /** SHA-256 of the .wasm that did the arithmetic. */
  readonly kernelsSha256: string;
  /** SHA-256 of the safetensors file. */
  readonly weightsSha256: string;
}

export interface WeightEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Where its first byte is, from the beginning of the file. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** `dltrain.v1.WeightsManifest` as protobufjs takes and gives it. */
interface ManifestMessage {
  format_version: number;
  weights: readonly WeightMessage[];
  step: number;
  seed: number;
  config_sha256: Uint8Array;
  kernels_sha256: Uint8Array;
  weights_sha256: Uint8Array;
}

interface WeightMessage {
  name: string;
  dtype: number;
  shape: readonly number[];
  byte_offset: number;
  byte_length: number;
}

/** By their number in the schema; 0 is `UNSPECIFIED`. */
const dtypes: readonly (DType | null)[] = [null, 'f32', 'f64', 'i32', 'u8', 'bool'];

/**
 * Writes a manifest so that the file is there whole or not at all, replacing one that was there.
 * Throws ManifestError if the manifest contradicts itself or the disk fails.
 */
export async function writeManifest(
  file: string,
  manifest: WeightsManifest,
  disk: Disk = nodeDisk,
): Promise<void> {
  check(manifest);
  const type = await loadManifestType();
  const bytes = type.encode({
    format_version: formatVersion,
    weights: manifest.weights.map((entry) => ({
      name: entry.name,
      dtype: dtypes.indexOf(entry.dtype),
      shape: entry.shape,
      byte_offset: entry.byteOffset,
      byte_length: entry.byteLength,
    })),
    step: manifest.step,
    seed: manifest.seed,
    config_sha256: Buffer.from(manifest.configSha256, 'hex'),
    kernels_sha256: Buffer.from(manifest.kernelsSha256, 'hex'),
    weights_sha256: Buffer.from(manifest.weightsSha256, 'hex'),
  });
  if (bytes.length > maxBytes) {
    throw new ManifestError(`the manifest has ${bytes.length} bytes; at most ${maxBytes} are read`);
  }
  try {
    await writeAtomically(file, bytes, disk);
  } catch (cause) {
    throw new ManifestError(`cannot write the weights manifest: ${diskReason(cause)}`, { cause });
  }
}

/**
 * Reads a manifest and checks it. Throws ManifestError if it cannot be read, is cut short, is of a
 * newer format, or contradicts itself.
 *
 * @param source path of a `manifest.binpb`, or its bytes
 *
 * @example
 * ```ts
 * const { weights, weightsSha256 } = await readManifest('runs/mnist/manifest.binpb');
 * ```
 */
export async function readManifest(source: string | Uint8Array): Promise<WeightsManifest> {
  const isPath = typeof source === 'string';
  const name = isPath ? source : 'the weights manifest';
  const type = await loadManifestType();
  const bytes = isPath ? await readBounded(source) : source;
  checkLength(name, bytes.length);
  try {
    checkEntries(bytes, entriesField, { mostEntries, mostEntryBytes });
    const manifest = fromMessage(type.decode(bytes));
    check(manifest);
    return manifest;
  } catch (cause) {
    if (!(cause instanceof DecodeError || cause instanceof ManifestError)) throw cause;
    throw new ManifestError(`${name}: ${cause.message}`, { cause });
  }
}

function loadManifestType() {
  return loadMessageType<ManifestMessage>('manifest.proto', 'dltrain.v1.WeightsManifest');
}

function fromMessage(message: ManifestMessage): WeightsManifest {
  const version = message.format_version;
  if (version !== formatVersion) {
    throw new ManifestError(
      version > formatVersion
        ? `format version ${version} is newer than ${formatVersion}, the newest known here; ` +
            'use a newer dltrain'
        : `format version ${version} does not exist; this is no manifest, or a damaged one`,
    );
  }
  return {
    weights: message.weights.map((entry) => {
      const dtype = dtypes[entry.dtype];
      if (!dtype)
        throw new ManifestError(`${shownText(entry.name)}: dtype ${entry.dtype} is not known`);
      return {
        name: entry.name,
        dtype,
        shape: [...entry.shape],
        byteOffset: withoutMinusZero(entry.byte_offset),
        byteLength: withoutMinusZero(entry.byte_length),
      };
    }),
    step: withoutMinusZero(message.step),
    seed: message.seed,
    configSha256: Buffer.from(message.config_sha256).toString('hex'),
    kernelsSha256: Buffer.from(message.kernels_sha256).toString('hex'),
    weightsSha256: Buffer.from(message.weights_sha256).toString('hex'),
  };
}

/** A count that is stored as -0 is 0, and would not be the same for who compares. */
function withoutMinusZero(count: number): number {
  return count + 0;
}

/** What holds of every manifest, read or written. */
function check(manifest: WeightsManifest): void {
  const { step, seed } = manifest;
  if (!Number.isSafeInteger(step) || step < 0) throw new ManifestError(`step is ${step}`);
  if (!Number.isFinite(seed)) throw new ManifestError(`seed is ${seed}`);
  for (const key of ['configSha256', 'kernelsSha256', 'weightsSha256'] as const) {
    if (/^[0-9a-f]{64}$/.test(manifest[key])) continue;
    throw new ManifestError(
      `${key} is "${shownText(manifest[key])}", not the 64 hex digits of a SHA-256; ` +
        'a manifest that was cut short ends without one',
    );
  }
  const names = new Set<string>();
  for (const entry of manifest.weights) {
    checkEntry(entry);
    if (names.has(entry.name)) throw new ManifestError(`${shownText(entry.name)} is listed twice`);
    names.add(entry.name);
  }
  checkPlaces(manifest.weights);
}

function checkEntry({ name, dtype, shape, byteOffset, byteLength }: WeightEntry): void {
  if (/\p{Surrogate}/u.test(name)) throw new ManifestError(`a name is no text: ${shownText(name)}`);
  if (shape.length > maxAxes) {
    throw new ManifestError(
      `${shownText(name)} has ${shape.length} axes; at most ${maxAxes} are allowed`,
    );
  }
  if (shape.some((size) => size !== size >>> 0)) {
    throw new ManifestError(`${shownText(name)} has the shape [${shape.join(', ')}]`);
  }
  const needed = shape.reduce((product, size) => product * size, bytesPerElement(dtype));
  if (byteLength !== needed) {
    throw new ManifestError(
      `${shownText(name)} (${dtype} [${shape.join(', ')}]) has ${byteLength} bytes; its shape needs ${needed}`,
    );
  }
  const isPlace = Number.isSafeInteger(byteOffset) && Number.isSafeInteger(byteOffset + byteLength);
  if (!isPlace || byteOffset < firstOffset) {
    throw new ManifestError(
      `${shownText(name)} lies at byte ${byteOffset}, where no tensor can begin`,
    );
  }
}

function checkPlaces(weights: readonly WeightEntry[]): void {
  let end = 0;
  let last = '';
  for (const entry of weights.toSorted((a, b) => a.byteOffset - b.byteOffset)) {
    if (entry.byteLength === 0) continue;
    if (entry.byteOffset < end) {
      throw new ManifestError(
        `${shownText(entry.name)} begins at byte ${entry.byteOffset}, inside ${shownText(last)}, which ends at ${end}`,
      );
    }
    end = entry.byteOffset + entry.byteLength;
    last = entry.name;
  }
}

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const { file, size } = await openRegularFile(path);
    try {
      checkLength(path, size);
      return await readExactly(file, 0, size);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    throw new ManifestError(`cannot read the weights manifest: ${path} ${cause.message}`, {
      cause,
    });
  }
}

function checkLength(name: string, length: number): void {
  if (length <= maxBytes) return;
  throw new ManifestError(`${name} is longer than the ${maxBytes} bytes of the longest manifest`);
}
