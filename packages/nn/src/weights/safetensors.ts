import { StateError } from '@dltrain/core';
import { fromBFloat16, fromHalf } from './half-precision.js';
import {
  headerLength,
  parseHeader,
  type StoredDType,
  type TensorEntry,
} from './safetensors-header.js';
import { checkWeightArray, type StateDict, type WeightArray } from './weight-array.js';

/**
 * Weights as the bytes of a safetensors file. The bytes depend on names, shapes and values alone:
 * f64 tensors come first and f32 tensors after them, so that all are aligned, each kind sorted by
 * name; there is no metadata, and every NaN is the same.
 *
 * @throws StateError when a name cannot be stored, or an array does not fill its shape
 *
 * @example
 * const sha256 = createHash('sha256').update(encodeSafetensors(model.stateDict())).digest('hex');
 */
export function encodeSafetensors(weights: StateDict): Uint8Array {
  const { header, tensors, byteLength } = layOut(weights);
  const bytes = new Uint8Array(byteLength);
  let offset = 0;
  for (const piece of pieces(header, tensors, byteLength)) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/** A safetensors file that is made piece by piece. */
export interface SafetensorsPieces {
  /** Bytes of all pieces. */
  readonly byteLength: number;
  /** The bytes of `encodeSafetensors`, the header first; values are read when their piece is asked for. */
  readonly pieces: Iterable<Uint8Array>;
}

/** Whoever hashes and writes between two pieces keeps nobody waiting for longer than a few milliseconds. */
const pieceBytes = 2 ** 20;

/**
 * The bytes of `encodeSafetensors` in pieces of at most 1 MiB, for weights that are not to be in memory
 * twice, and for threads that have other things to do meanwhile.
 *
 * @throws StateError as `encodeSafetensors` does, before there are pieces
 */
export function safetensorsPieces(weights: StateDict): SafetensorsPieces {
  const { header, tensors, byteLength } = layOut(weights);
  return { byteLength, pieces: { [Symbol.iterator]: () => pieces(header, tensors, pieceBytes) } };
}

interface FilePlan {
  /** Everything before the first element. */
  readonly header: Uint8Array;
  /** In the order of the file. */
  readonly tensors: readonly WeightArray[];
  readonly byteLength: number;
}

function layOut(weights: StateDict): FilePlan {
  const sorted = [...weights].sort(
    ([nameA, a], [nameB, b]) =>
      b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || compareNames(nameA, nameB),
  );
  let end = 0;
  const fields = sorted.map(([name, weight]) => {
    checkName(name);
    checkWeightArray(name, weight);
    const { dtype, shape, data } = weight;
    const begin = end;
    end += data.byteLength;
    return `${JSON.stringify(name)}:${JSON.stringify({
      dtype: dtype === 'f32' ? 'F32' : 'F64',
      shape,
      data_offsets: [begin, end],
    })}`;
  });
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const header = new Uint8Array(Math.ceil((8 + json.length) / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(json, 8);
  return { header, tensors: sorted.map(([, weight]) => weight), byteLength: header.length + end };
}

function* pieces(
  header: Uint8Array,
  tensors: readonly WeightArray[],
  mostBytes: number,
): Generator<Uint8Array, undefined> {
  yield header;
  for (const { data } of tensors) {
    const elements = Math.floor(mostBytes / data.BYTES_PER_ELEMENT);
    for (let start = 0; start < data.length; start += elements) {
      // A copy, which is nobody else's and in memory that is not shared.
      const piece = data.slice(start, start + elements);
      makeNaNsEqual(piece);
      yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
    }
  }
}

/**
 * The weights in the bytes of a safetensors file; 16-bit floats become f32.
 *
 * @throws SafetensorsError saying what is wrong, before anything of the size that a header claims is
 *   allocated
 */
export function decodeSafetensors(bytes: Uint8Array): Map<string, WeightArray> {
  const dataStart = 8 + headerLength(bytes.subarray(0, 8), bytes.length);
  const entries = parseHeader(bytes.subarray(8, dataStart), bytes.length - dataStart);
  const weights = new Map<string, WeightArray>();
  for (const [name, entry] of entries) {
    // A copy in memory of its own: `slice` of a Buffer would be a view of somebody else's.
    const stored = new Uint8Array(entry.end - entry.begin);
    stored.set(bytes.subarray(dataStart + entry.begin, dataStart + entry.end));
    weights.set(name, decodeTensor(entry, stored));
  }
  return weights;
}

/** The elements of one tensor from its bytes, an array of their own. */
export function decodeTensor({ dtype, shape }: TensorEntry, stored: Uint8Array): WeightArray {
  const { buffer } = stored;
  const decoders: Readonly<Record<StoredDType, () => WeightArray>> = {
    F64: () => ({ dtype: 'f64', shape, data: new Float64Array(buffer) }),
    F32: () => ({ dtype: 'f32', shape, data: new Float32Array(buffer) }),
    F16: () => ({ dtype: 'f32', shape, data: fromHalf(new Uint16Array(buffer)) }),
    BF16: () => ({ dtype: 'f32', shape, data: fromBFloat16(new Uint16Array(buffer)) }),
  };
  return decoders[dtype]();
}

/** By code points, which is the order of the UTF-8 bytes. */
function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function checkName(name: string): void {
  if (name === '__metadata__' || /\p{Surrogate}/u.test(name)) {
    throw new StateError(`a tensor cannot be stored under the name ${JSON.stringify(name)}`);
  }
}

/** Gives every NaN the bits of the canonical one: engines differ in those they produce. */
function makeNaNsEqual(data: Float32Array | Float64Array): void {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const wide = data instanceof Float64Array;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isNaN(data[i])) continue;
    if (wide) words.set([0, 0x7ff80000], 2 * i);
    else words[i] = 0x7fc00000;
  }
}
