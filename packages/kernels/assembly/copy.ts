/**
 * Copies between strided and contiguous tensors, by the size of an element in bytes.
 *
 * `stridedCopyB(out, x, meta)` gathers a strided x into a contiguous out, `stridedScatterB(out, x, meta)`
 * writes a contiguous x to a strided out. `meta` is the address of i32 words [ndim, shape.., strides..],
 * strides in elements: any for a copy (0 repeats, negative reverses), different places for a scatter.
 */
import { elementAt, metaWord } from './broadcast';
import { copyRow } from './copy-row';

/** Two axes whose order differs in source and target are walked in squares of so many elements. */
const TILE = 16;

class Gather {
  @inline row<T>(contiguous: usize, strided: usize, stride: i32, n: i32): void {
    if (stride == 1) {
      copyRow<T>(contiguous, strided, n);
      return;
    }
    for (let i = 0; i < n; i++) {
      store<T>(contiguous, load<T>(strided));
      contiguous += sizeof<T>();
      strided = elementAt<T>(strided, stride);
    }
  }
}

class Scatter {
  @inline row<T>(contiguous: usize, strided: usize, stride: i32, n: i32): void {
    if (stride == 1) {
      copyRow<T>(strided, contiguous, n);
      return;
    }
    for (let i = 0; i < n; i++) {
      store<T>(strided, load<T>(contiguous));
      contiguous += sizeof<T>();
      strided = elementAt<T>(strided, stride);
    }
  }
}

/**
 * The last two axes [rows, columns] where the row stride is 1 and the column's is not (a transposition),
 * square by square, so that the cache lines of both sides are used whole.
 */
function moveTransposed<T, Direction>(
  contiguous: usize,
  strided: usize,
  stride: i32,
  rows: i32,
  columns: i32,
): void {
  const direction = changetype<Direction>(0);
  for (let i = 0; i < rows; i += TILE) {
    const end = min(i + TILE, rows);
    for (let j = 0; j < columns; j += TILE) {
      const width = min(TILE, columns - j);
      for (let k = i; k < end; k++) {
        const inRow = elementAt<T>(contiguous, k * columns + j);
        direction.row<T>(inRow, elementAt<T>(strided, k + j * stride), stride, width);
      }
    }
  }
}

/** Moves everything from `axis` on and returns where the contiguous side continues. */
function overAxes<T, Direction>(contiguous: usize, strided: usize, meta: usize, axis: i32): usize {
  const ndim = metaWord(meta, 0);
  const size = metaWord(meta, axis);
  const stride = metaWord(meta, ndim + axis);
  if (axis == ndim) {
    changetype<Direction>(0).row<T>(contiguous, strided, stride, size);
    return elementAt<T>(contiguous, size);
  }
  const columns = metaWord(meta, ndim);
  const columnStride = metaWord(meta, 2 * ndim);
  if (axis == ndim - 1 && stride == 1 && columnStride != 1) {
    moveTransposed<T, Direction>(contiguous, strided, columnStride, size, columns);
    return elementAt<T>(contiguous, size * columns);
  }
  for (let i = 0; i < size; i++) {
    contiguous = overAxes<T, Direction>(contiguous, strided, meta, axis + 1);
    strided = elementAt<T>(strided, stride);
  }
  return contiguous;
}

// @ts-ignore: decorator
@inline
function move<T, Direction>(contiguous: usize, strided: usize, meta: usize): void {
  if (metaWord(meta, 0) == 0) changetype<Direction>(0).row<T>(contiguous, strided, 1, 1);
  else overAxes<T, Direction>(contiguous, strided, meta, 1);
}

export function stridedCopy1(out: usize, x: usize, meta: usize): void { move<u8, Gather>(out, x, meta); }
export function stridedCopy4(out: usize, x: usize, meta: usize): void { move<u32, Gather>(out, x, meta); }
export function stridedCopy8(out: usize, x: usize, meta: usize): void { move<u64, Gather>(out, x, meta); }
export function stridedScatter1(out: usize, x: usize, meta: usize): void { move<u8, Scatter>(x, out, meta); }
export function stridedScatter4(out: usize, x: usize, meta: usize): void { move<u32, Scatter>(x, out, meta); }
export function stridedScatter8(out: usize, x: usize, meta: usize): void { move<u64, Scatter>(x, out, meta); }
