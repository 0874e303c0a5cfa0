/**
 * Functions of two tensors with broadcasting, `name(out, a, b, n, meta)`.
 *
 * `meta` 0: a, b and out are contiguous, n elements. Otherwise it is the address of i32 words
 * [ndim, shape.., strides of a.., strides of b..], strides in elements, 0 along a repeated axis; the
 * innermost strides are 0 or 1. `out` is contiguous. The counters of the outer axes live in the
 * recursion, one level an axis, because nothing mutable may be static.
 */
import { scratch } from './scratch';
import { lanes, loadUpTo, storePair, storeUpTo } from './vector';

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
  if (size > 0) changetype<Row>(0).of(out, a, b, size, aStride != 0, bStride != 0);
  return elementAt<Out>(out, size);
}

/**
 * Does `Row` for every innermost row. A Row is a class with the method `of(out, a, b, n, aMoves, bMoves)`,
 * n >= 1; an operand that does not move repeats its first element.
 */
// @ts-ignore: decorator
@inline
export function overRows<In, Out, Row>(out: usize, a: usize, b: usize, n: i32, meta: usize): void {
  const row = changetype<Row>(0);
  if (meta != 0 && metaWord(meta, 0) != 0) overAxes<In, Out, Row>(out, a, b, meta, 1);
  else if (meta != 0) row.of(out, a, b, 1, true, true);
  else if (n > 0) row.of(out, a, b, n, true, true);
}

/** How many bytes of a repeated operand are laid out: what one round of a row's loop reads. */
export const REPEATED_BYTES = 128;

/** Lays out REPEATED_BYTES of the element at `from`, so that a loop reads them as if it moved. */
export function repeat<T>(to: usize, from: usize): usize {
  const value = v128.load_splat<T>(from);
  for (let i = 0; i < REPEATED_BYTES; i += 16) v128.store(to + i, value);
  return to;
}

/** The row of an operation from vectors of T to a vector of T. */
class Combine<T, Operation> {
  of(out: usize, a: usize, b: usize, n: i32, aMoves: bool, bMoves: bool): void {
    const operation = changetype<Operation>(0);
    if (!aMoves) a = repeat<T>(scratch, a);
    if (!bMoves) b = repeat<T>(scratch + REPEATED_BYTES, b);
    const aStep: usize = aMoves ? 32 : 0;
    const bStep: usize = bMoves ? 32 : 0;
    for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
      const first = operation.of<T>(v128.load(a), v128.load(b));
      const second = operation.of<T>(v128.load(a, 16), v128.load(b, 16));
      storePair(out, first, second);
      a += aStep;
      b += bStep;
      out += 32;
    }
    for (; n > 0; n -= lanes<T>()) {
      storeUpTo<T>(out, operation.of<T>(loadUpTo<T>(a, n), loadUpTo<T>(b, n)), n);
      a += aStep >> 1;
      b += bStep >> 1;
      out += 16;
    }
  }
}

/** out[i] = operation(a[i], b[i]) over contiguous tensors; `out` may be `a` or `b`. */
// @ts-ignore: decorator
@inline
export function combine<T, Operation>(out: usize, a: usize, b: usize, n: i32): void {
  overRows<T, T, Combine<T, Operation>>(out, a, b, n, 0);
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
