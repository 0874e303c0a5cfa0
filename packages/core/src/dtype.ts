import { DTypeError } from './errors.js';
import { describeValue } from './describe-value.js';

/** The element types: two floating, one integer, bytes, and truth values stored a byte each. */
export type DType = 'f32' | 'f64' | 'i32' | 'u8' | 'bool';

export type FloatDType = 'f32' | 'f64';

/** The JavaScript array that holds elements of each dtype. */
export interface TypedArrays {
  f32: Float32Array;
  f64: Float64Array;
  i32: Int32Array;
  u8: Uint8Array;
  bool: Uint8Array;
}

export type TypedArray = TypedArrays[DType];

const byteSizes: Readonly<Record<DType, number>> = { f32: 4, f64: 8, i32: 4, u8: 1, bool: 1 };

export function bytesPerElement(dtype: DType): number {
  return byteSizes[dtype];
}

/** What NumPy, PyTorch and others call the dtypes. */
const otherNames: Readonly<Record<string, DType>> = {
  float: 'f32',
  float32: 'f32',
  single: 'f32',
  double: 'f64',
  float64: 'f64',
  int: 'i32',
  int32: 'i32',
  int64: 'i32',
  long: 'i32',
  byte: 'u8',
  uint8: 'u8',
  boolean: 'bool',
};

/** @throws DTypeError for what is no dtype */
export function checkDType(op: string, dtype: DType): void {
  if (byteSizes[dtype] > 0) return;
  const meant = otherNames[dtype as string];
  const remedy = meant === undefined ? `there are ${order.join(', ')}` : `say '${meant}'`;
  throw new DTypeError(`${op}: there is no dtype ${describeValue(dtype)}; ${remedy}`);
}

export function isFloat(dtype: DType): dtype is FloatDType {
  return dtype === 'f32' || dtype === 'f64';
}

/** The suffix of the kernels that work on a dtype: truth values run as bytes. */
export function kernelSuffix(dtype: DType): 'f32' | 'f64' | 'i32' | 'u8' {
  return dtype === 'bool' ? 'u8' : dtype;
}

/** A view of `length` elements of shared memory at a byte address. */
export function viewOf<D extends DType>(
  dtype: D,
  buffer: ArrayBufferLike,
  address: number,
  length: number,
): TypedArrays[D];
export function viewOf(
  dtype: DType,
  buffer: ArrayBufferLike,
  address: number,
  length: number,
): TypedArray {
  switch (dtype) {
    case 'f32':
      return new Float32Array(buffer, address, length);
    case 'f64':
      return new Float64Array(buffer, address, length);
    case 'i32':
      return new Int32Array(buffer, address, length);
    default:
      return new Uint8Array(buffer, address, length);
  }
}

/**
 * The wider of two dtypes, in the order bool, u8, i32, f32, f64, as in PyTorch for tensors of one or
 * more axes.
 */
export function promote(a: DType, b: DType): DType {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

const order: readonly DType[] = ['bool', 'u8', 'i32', 'f32', 'f64'];
