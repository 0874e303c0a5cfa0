/** x^y as IEEE 754 and C have it; NativeMath follows ECMAScript, where 1^y may be NaN. */
export function power(x: f64, y: f64): f64 {
  if (x == 1) return 1;
  if (x == -1 && abs(y) == Infinity) return 1;
  return NativeMath.pow(x, y);
}
