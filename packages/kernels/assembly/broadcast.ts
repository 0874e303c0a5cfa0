/**
 * Functions of two tensors with broadcasting, `name(out, a, b, n, meta)`.
 *
 * `meta` 0: a, b and out are contiguous, n elements. Otherwise it is the address of i32 words
 * [ndim, shape.., strides of a.., strides of b..], strides in elements, 0 along a repeated axis; the
 * innermost strides are 0 or 1. `out` is contiguous. The counters of the outer axes live in the
 * recursion, one level an axis, because nothing mutable may be static.
 */
import { lanes, loadUpTo, storeUpTo } from './vector';

/** Word `index` of a meta block. */
// @ts-ignore: decorator
@inline
export function metaWord(meta: usize, index: i32): i32 {
  return load<i32>(meta + (<usize>index << 2));
}

/** Where the `index`-th element of type T lies, the index possibly negative. */
// @ts-ignore: decorator
@inline
export function elementAt<T>(base: usize, index: i32): usize {
  return base + <usize>(index << <i32>alignof<T>());
}

function overAxes<In, Out, Row>(out: usize, a: usize, b: usize, meta: usize, axis: i32): usize {
  const ndim = metaWord(meta, 0);
  const size = metaWord(meta, axis);
  const aStride = metaWord(meta, ndim + axis);
  const bStride = metaWord(meta, 2 * ndim + axis);
  if (axis < ndim) {
    for (let i = 0; i < size; i++) {
      out = overAxes<In, Out, Row>(out, a, b, meta, axis + 1);
      a = elementAt<In>(a, aStride);
      b = elementAt<In>(b, bStride);
    }
    return out;
  }
  if (size > 0) {
    const row = changetype<Row>(0);
    if (aStride != 0 && bStride != 0) row.of(out, a, b, size, true, true);
    else if (aStride != 0) row.of(out, a, b, size, true, false);
    else if (bStride != 0) row.of(out, a, b, size, false, true);
    else row.of(out, a, b, size, false, false);
  }
  return elementAt<Out>(out, size);
}

/**
 * Does `Row` for every innermost row. A Row is a class with the inlined method
 * `of(out, a, b, n, aMoves, bMoves)`; an operand that does not move repeats its first element.
 */
// @ts-ignore: decorator
@inline
export function overRows<In, Out, Row>(out: usize, a: usize, b: usize, n: i32, meta: usize): void {
  const row = changetype<Row>(0);
  if (meta == 0) row.of(out, a, b, n, true, true);
  else if (metaWord(meta, 0) == 0) row.of(out, a, b, 1, true, true);
  else overAxes<In, Out, Row>(out, a, b, meta, 1);
}

/** The row of an operation from vectors of T to a vector of T. */
class Combine<T, Operation> {
  @inline of(out: usize, a: usize, b: usize, n: i32, aMoves: bool, bMoves: bool): void {
    const operation = changetype<Operation>(0);
    const aValue = aMoves ? i32x4.splat(0) : v128.load_splat<T>(a);
    const bValue = bMoves ? i32x4.splat(0) : v128.load_splat<T>(b);
    for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
      const a0 = aMoves ? v128.load(a) : aValue;
      const a1 = aMoves ? v128.load(a, 16) : aValue;
      const b0 = bMoves ? v128.load(b) : bValue;
      const b1 = bMoves ? v128.load(b, 16) : bValue;
      v128.store(out, operation.of<T>(a0, b0));
      v128.store(out, operation.of<T>(a1, b1), 16);
      out += 32;
      if (aMoves) a += 32;
      if (bMoves) b += 32;
    }
    for (; n > 0; n -= lanes<T>()) {
      const a0 = aMoves ? loadUpTo<T>(a, n) : aValue;
      const b0 = bMoves ? loadUpTo<T>(b, n) : bValue;
      storeUpTo<T>(out, operation.of<T>(a0, b0), n);
      out += 16;
      if (aMoves) a += 16;
      if (bMoves) b += 16;
    }
  }
}

/** out[i] = operation(a[i], b[i]) over contiguous tensors; `out` may be `a` or `b`. */
// @ts-ignore: decorator
@inline
export function combine<T, Operation>(out: usize, a: usize, b: usize, n: i32): void {
  changetype<Combine<T, Operation>>(0).of(out, a, b, n, true, true);
}

/** out = operation(a, b) with broadcasting. */
// @ts-ignore: decorator
@inline
export function broadcast<T, Operation>(
  out: usize,
  a: usize,
  b: usize,
  n: i32,
  meta: usize,
): void {
  overRows<T, T, Combine<T, Operation>>(out, a, b, n, meta);
}
