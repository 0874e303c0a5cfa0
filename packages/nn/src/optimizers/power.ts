/**
 * `base` to a whole power of zero or more, by repeated squaring: multiplications alone, so that the
 * bits are the same on every engine (`Math.pow` differs between them).
 */
export function power(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
