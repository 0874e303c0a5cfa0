/**
 * `where_dtype(out, condition, a, b, n, meta)`: a where the u8 condition is not 0, else b.
 *
 * `meta` 0: all are contiguous, n elements. Otherwise the address of i32 words [ndim, shape..,
 * strides of condition.., of a.., of b..], in elements, the innermost ones 0 or 1; see `broadcast.ts`.
 */
import { elementAt, metaWord, repeat, REPEATED_BYTES } from './broadcast';
import { scratch } from './scratch';
import { choose, lanes, loadMask, loadUpTo, storeUpTo } from './vector';

function chooseRow<T>(
  out: usize,
  condition: usize,
  a: usize,
  b: usize,
  n: i32,
  conditionMoves: bool,
  aMoves: bool,
  bMoves: bool,
): void {
  if (n <= 0) return;
  if (!conditionMoves) condition = repeat<u8>(scratch, condition);
  if (!aMoves) a = repeat<T>(scratch + REPEATED_BYTES, a);
  if (!bMoves) b = repeat<T>(scratch + 2 * REPEATED_BYTES, b);
  const conditionStep: usize = conditionMoves ? 16 / sizeof<T>() : 0;
  const aStep: usize = aMoves ? 16 : 0;
  const bStep: usize = bMoves ? 16 : 0;
  for (; n >= lanes<T>(); n -= lanes<T>()) {
    const mask = loadMask<T>(condition, lanes<T>());
    v128.store(out, choose(mask, v128.load(a), v128.load(b)));
    out += 16;
    condition += conditionStep;
    a += aStep;
    b += bStep;
  }
  if (n > 0) {
    const mask = loadMask<T>(condition, n);
    storeUpTo<T>(out, choose(mask, loadUpTo<T>(a, n), loadUpTo<T>(b, n)), n);
  }
}

function overAxes<T>(
  out: usize,
  condition: usize,
  a: usize,
  b: usize,
  meta: usize,
  axis: i32,
): usize {
  const ndim = metaWord(meta, 0);
  const size = metaWord(meta, axis);
  const conditionStride = metaWord(meta, ndim + axis);
  const aStride = metaWord(meta, 2 * ndim + axis);
  const bStride = metaWord(meta, 3 * ndim + axis);
  if (axis == ndim) {
    chooseRow<T>(
      out,
      condition,
      a,
      b,
      size,
      conditionStride != 0,
      aStride != 0,
      bStride != 0,
    );
    return elementAt<T>(out, size);
  }
  for (let i = 0; i < size; i++) {
    out = overAxes<T>(out, condition, a, b, meta, axis + 1);
    condition += conditionStride;
    a = elementAt<T>(a, aStride);
    b = elementAt<T>(b, bStride);
  }
  return out;
}

// @ts-ignore: decorator
@inline
function where<T>(out: usize, condition: usize, a: usize, b: usize, n: i32, meta: usize): void {
  if (meta == 0) chooseRow<T>(out, condition, a, b, n, true, true, true);
  else if (metaWord(meta, 0) == 0) chooseRow<T>(out, condition, a, b, 1, true, true, true);
  else overAxes<T>(out, condition, a, b, meta, 1);
}

// Bits are moved, not numbers, so the unsigned integer of the same size stands for each dtype.
export function where_f32(out: usize, condition: usize, a: usize, b: usize, n: i32, meta: usize): void { where<u32>(out, condition, a, b, n, meta); }
export function where_f64(out: usize, condition: usize, a: usize, b: usize, n: i32, meta: usize): void { where<u64>(out, condition, a, b, n, meta); }
export function where_i32(out: usize, condition: usize, a: usize, b: usize, n: i32, meta: usize): void { where<u32>(out, condition, a, b, n, meta); }
export function where_u8(out: usize, condition: usize, a: usize, b: usize, n: i32, meta: usize): void { where<u8>(out, condition, a, b, n, meta); }
