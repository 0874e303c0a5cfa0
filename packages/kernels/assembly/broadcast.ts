/**
 * The loops of the functions of two tensors with broadcasting, `name(out, a, b, n, meta)`.
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

// @ts-ignore: decorator
@inline
function combineRow<T, Operation>(
  out: usize, a: usize, b: usize, n: i32, aMoves: bool, bMoves: bool,
): void {
  const operation = changetype<Operation>(0);
  const aValue = aMoves ? i32x4.splat(0) : v128.load_splat<T>(a);
  const bValue = bMoves ? i32x4.splat(0) : v128.load_splat<T>(b);
  for (; n >= 2 * lanes<T>(); n -= 2 * lanes<T>()) {
    const first = operation.of<T>(
      aMoves ? v128.load(a) : aValue,
      bMoves ? v128.load(b) : bValue,
    );
    const second = operation.of<T>(
      aMoves ? v128.load(a, 16) : aValue,
      bMoves ? v128.load(b, 16) : bValue,
    );
    v128.store(out, first);
    v128.store(out, second, 16);
    out += 32;
    if (aMoves) a += 32;
    if (bMoves) b += 32;
  }
  for (; n > 0; n -= lanes<T>()) {
    const value = operation.of<T>(
      aMoves ? loadUpTo<T>(a, n) : aValue,
      bMoves ? loadUpTo<T>(b, n) : bValue,
    );
    storeUpTo<T>(out, value, n);
    out += 16;
    if (aMoves) a += 16;
    if (bMoves) b += 16;
  }
}

/** out[i] = operation(a[i], b[i]) over contiguous tensors; `out` may be `a` or `b`. */
// @ts-ignore: decorator
@inline
export function combine<T, Operation>(out: usize, a: usize, b: usize, n: i32): void {
  combineRow<T, Operation>(out, a, b, n, true, true);
}

function combineAxis<T, Operation>(
  out: usize, a: usize, b: usize, meta: usize, axis: i32,
): usize {
  const ndim = metaWord(meta, 0);
  const size = metaWord(meta, axis);
  const aStride = metaWord(meta, ndim + axis);
  const bStride = metaWord(meta, 2 * ndim + axis);
  if (axis < ndim) {
    for (let i = 0; i < size; i++) {
      out = combineAxis<T, Operation>(out, a, b, meta, axis + 1);
      a += aStride * <i32>sizeof<T>();
      b += bStride * <i32>sizeof<T>();
    }
    return out;
  }
  if (size > 0) {
    if (aStride != 0 && bStride != 0) combineRow<T, Operation>(out, a, b, size, true, true);
    else if (aStride != 0) combineRow<T, Operation>(out, a, b, size, true, false);
    else if (bStride != 0) combineRow<T, Operation>(out, a, b, size, false, true);
    else combineRow<T, Operation>(out, a, b, size, false, false);
  }
  return out + (<usize>size << alignof<T>());
}

/** out = operation(a, b) with broadcasting. */
// @ts-ignore: decorator
@inline
export function broadcast<T, Operation>(
  out: usize, a: usize, b: usize, n: i32, meta: usize,
): void {
  if (meta == 0) combine<T, Operation>(out, a, b, n);
  else if (metaWord(meta, 0) == 0) combine<T, Operation>(out, a, b, 1);
  else combineAxis<T, Operation>(out, a, b, meta, 1);
}
