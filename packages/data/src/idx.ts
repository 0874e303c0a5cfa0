import { bytesPerElement } from '@dltrain/core';
import { makeDataset, type Column, type Dataset } from './dataset.js';
import { DataError } from './errors.js';
import { checkLimit, nameOf, readBytes, type ByteSource, type ReadOptions } from './file-bytes.js';
import { defaultMaxBytes } from './growing-array.js';

/** The array in an IDX file, in the nearest dtype that dltrain has: 8 and 16 bit signed become i32. */
export type IdxArray = { readonly shape: readonly number[] } & (
  | { readonly dtype: 'u8'; readonly data: Uint8Array }
  | { readonly dtype: 'i32'; readonly data: Int32Array }
  | { readonly dtype: 'f32'; readonly data: Float32Array }
  | { readonly dtype: 'f64'; readonly data: Float64Array }
);

const mostDimensions = 8;

type Stored = 'u8' | 'i8' | 'i16' | 'i32' | 'f32' | 'f64';

const typeCodes: Readonly<Record<number, Stored>> = {
  0x08: 'u8',
  0x09: 'i8',
  0x0b: 'i16',
  0x0c: 'i32',
  0x0d: 'f32',
  0x0e: 'f64',
};

interface Header {
  readonly stored: Stored;
  readonly shape: readonly number[];
  readonly count: number;
  readonly headerBytes: number;
  readonly totalBytes: number;
}

/**
 * Reads an IDX file, the format of MNIST: two zero bytes, a type code, the number of dimensions
 * (1 to 8), their sizes as big-endian 32-bit integers, then the elements, big-endian and row-major.
 * A gzip file is told by its content.
 *
 * @throws {DataError} naming the file, for a header that cannot be right, and for a size that is not
 *   exactly what the header announces, before memory of that size is taken.
 * @example
 * const images = await readIdx('train-images-idx3-ubyte.gz'); // shape [60000, 28, 28], u8
 */
export async function readIdx(source: ByteSource, options: ReadOptions = {}): Promise<IdxArray> {
  const { maxBytes = defaultMaxBytes } = options;
  const bytes = await readBytes(source, options, (start, name) => {
    const header = parseHeader(start, name);
    const wide = header.stored === 'i8' || header.stored === 'i16';
    if (wide) checkLimit(name, 4 * header.count, maxBytes);
    return header.totalBytes;
  });
  return decode(bytes, parseHeader(bytes, nameOf(source)));
}

/**
 * A dataset from two IDX files that agree in their first dimension. An image without a channel axis
 * gets one: `[N, 28, 28]` are samples of shape `[1, 28, 28]`. Integer labels become class indices.
 * Without labels (`null`) the dataset has no targets.
 *
 * @throws {DataError} as {@link readIdx}, and if the counts differ.
 * @example
 * const mnist = await readIdxPair('train-images-idx3-ubyte', 'train-labels-idx1-ubyte');
 * // mnist.length 60000, inputs u8 [1, 28, 28], targets i32 [] of 10 classes
 */
export async function readIdxPair(
  images: ByteSource,
  labels: ByteSource | null,
  options: ReadOptions = {},
): Promise<Dataset> {
  const imagesName = nameOf(images);
  const image = await readIdx(images, options);
  const [length = 0, ...sizes] = image.shape;
  if (image.data.length === 0) {
    throw new DataError(`${imagesName}: holds no samples (shape [${image.shape.join(', ')}])`);
  }
  const inputs = columnOf(
    image,
    sizes.length === 2 ? [1, ...sizes] : sizes.length === 0 ? [1] : sizes,
  );
  if (labels === null) return makeDataset(length, inputs);
  const labelsName = nameOf(labels);
  const label = await readIdx(labels, options);
  const [labelCount = 0, ...labelSizes] = label.shape;
  if (image.shape.length === 1 && labelSizes.length > 0) {
    throw new DataError(
      `${imagesName} has shape [${image.shape.join(', ')}] and ${labelsName} [${label.shape.join(', ')}]: images and labels look swapped`,
    );
  }
  if (labelCount !== length) {
    throw new DataError(
      `${imagesName} has ${length} samples but ${labelsName} has ${labelCount}: give files that belong together`,
    );
  }
  return makeDataset(length, inputs, targetsOf(label, labelSizes, labelsName, options));
}

function targetsOf(
  label: IdxArray,
  sizes: readonly number[],
  name: string,
  { maxBytes = defaultMaxBytes }: ReadOptions,
): Column {
  const { data } = label;
  if (data.length === 0) {
    throw new DataError(`${name}: holds no labels (shape [${label.shape.join(', ')}])`);
  }
  if (data instanceof Float32Array || data instanceof Float64Array) {
    return columnOf(label, sizes.length === 0 ? [1] : sizes);
  }
  checkLimit(name, 4 * data.length, maxBytes);
  const indices = Int32Array.from(data);
  const negative = indices.findIndex((index) => index < 0);
  if (negative >= 0) {
    throw new DataError(
      `${name}: label ${negative} is ${indices[negative]}: class indices begin at 0`,
    );
  }
  return { dtype: 'i32', shape: sizes, data: indices };
}

function columnOf(array: IdxArray, shape: readonly number[]): Column {
  switch (array.dtype) {
    case 'f64':
      return { dtype: 'f32', shape, data: Float32Array.from(array.data) };
    default:
      return { dtype: array.dtype, shape, data: array.data };
  }
}

function parseHeader(start: Uint8Array, name: string): Header {
  if (start.length < 4) {
    throw new DataError(
      `${name}: truncated: ${start.length} bytes, but an IDX header has 4 and more; fetch the file again`,
    );
  }
  const [zero0, zero1, code = 0, dimensions = 0] = start;
  const stored = typeCodes[code];
  if (zero0 !== 0 || zero1 !== 0 || stored === undefined) {
    throw new DataError(
      `${name}: no IDX file: it begins with the bytes ${hex(start)}, where IDX has 00 00, a type code (08, 09, 0b, 0c, 0d or 0e) and the number of dimensions`,
    );
  }
  if (dimensions < 1 || dimensions > mostDimensions) {
    throw new DataError(
      `${name}: no IDX file: its header (${hex(start)}) has ${dimensions} dimensions, where 1 to ${mostDimensions} are allowed`,
    );
  }
  const headerBytes = 4 + 4 * dimensions;
  if (start.length < headerBytes) {
    throw new DataError(
      `${name}: truncated: ${start.length} bytes, but the header of ${dimensions} dimensions has ${headerBytes}; fetch the file again`,
    );
  }
  const view = new DataView(start.buffer, start.byteOffset, headerBytes);
  const shape = Array.from({ length: dimensions }, (_, axis) => view.getUint32(4 + 4 * axis));
  // A product beyond 2^53 is not exact, but still far above every limit that it is compared with.
  const count = shape.reduce((product, size) => product * size, 1);
  return {
    stored,
    shape,
    count,
    headerBytes,
    totalBytes: headerBytes + count * storedBytes(stored),
  };
}

function storedBytes(stored: Stored): number {
  if (stored === 'i8') return 1;
  if (stored === 'i16') return 2;
  return bytesPerElement(stored);
}

function hex(start: Uint8Array): string {
  return Array.from(start.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function decode(bytes: Uint8Array, header: Header): IdxArray {
  const { shape, count, headerBytes } = header;
  const view = new DataView(
    bytes.buffer,
    bytes.byteOffset + headerBytes,
    bytes.length - headerBytes,
  );
  switch (header.stored) {
    case 'u8':
      return { dtype: 'u8', shape, data: new Uint8Array(view.buffer, view.byteOffset, count) };
    case 'i8':
      return { dtype: 'i32', shape, data: filled(new Int32Array(count), (i) => view.getInt8(i)) };
    case 'i16':
      return {
        dtype: 'i32',
        shape,
        data: filled(new Int32Array(count), (i) => view.getInt16(2 * i)),
      };
    case 'i32':
      return {
        dtype: 'i32',
        shape,
        data: filled(new Int32Array(count), (i) => view.getInt32(4 * i)),
      };
    case 'f32':
      return {
        dtype: 'f32',
        shape,
        data: filled(new Float32Array(count), (i) => view.getFloat32(4 * i)),
      };
    case 'f64':
      return {
        dtype: 'f64',
        shape,
        data: filled(new Float64Array(count), (i) => view.getFloat64(8 * i)),
      };
  }
}

function filled<A extends Int32Array | Float32Array | Float64Array>(
  array: A,
  read: (index: number) => number,
): A {
  for (let index = 0; index < array.length; index++) array[index] = read(index);
  return array;
}
