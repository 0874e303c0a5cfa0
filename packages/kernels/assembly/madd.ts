/**
 * c + x*b: two roundings in the exact module, one or two (as the machine likes) in the relaxed one.
 */
// @ts-ignore: decorator
@inline
export function madd<T>(x: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return v128.relaxed_madd<T>(x, b, c);
  } else {
    return v128.add<T>(c, v128.mul<T>(x, b));
  }
}
