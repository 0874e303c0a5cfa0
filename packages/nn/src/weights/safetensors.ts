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
  const dataStart = Math.ceil((8 + json.length) / 8) * 8;
  const bytes = new Uint8Array(dataStart + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  bytes.set(json, 8);
  bytes.fill(0x20, 8 + json.length, dataStart);
  let offset = dataStart;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    makeNaNsEqual(bytes.buffer, offset, data);
    offset += data.byteLength;
  }
  return bytes;
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
function makeNaNsEqual(
  buffer: ArrayBuffer,
  offset: number,
  data: Float32Array | Float64Array,
): void {
  if (!data.some(Number.isNaN)) return;
  const words = new Uint32Array(buffer, offset, data.byteLength / 4);
  const wide = data instanceof Float64Array;
  data.forEach((value, i) => {
    if (!Number.isNaN(value)) return;
    if (wide) words.set([0, 0x7ff80000], 2 * i);
    else words[i] = 0x7fc00000;
  });
}
