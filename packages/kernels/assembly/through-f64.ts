/**
 * Functions of f32 worked out in f64, two lanes at a time, and rounded once: within 0.51 ulp wherever
 * the f64 function is within 2 ulp of its own.
 */

// @ts-ignore: decorator
@inline
function lowerHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

// @ts-ignore: decorator
@inline
function upperHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0));
}

// @ts-ignore: decorator
@inline
function joined(low: v128, high: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** A function of f64 vectors, by `Operation.of`, of a vector of T. */
// @ts-ignore: decorator
@inline
export function throughF64<T, Operation>(x: v128): v128 {
  const operation = changetype<Operation>(0);
  if (sizeof<T>() == 8) return operation.of(x);
  return joined(operation.of(lowerHalf(x)), operation.of(upperHalf(x)));
}

/** The same of two vectors. */
// @ts-ignore: decorator
@inline
export function throughF64Both<T, Operation>(a: v128, b: v128): v128 {
  const operation = changetype<Operation>(0);
  if (sizeof<T>() == 8) return operation.of(a, b);
  return joined(
    operation.of(lowerHalf(a), lowerHalf(b)),
    operation.of(upperHalf(a), upperHalf(b)),
  );
}
