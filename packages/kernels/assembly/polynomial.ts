import { constant, horner } from './vector';

/** The polynomial of two f64 whose `count` coefficients lie at an address, the highest power first. */
export function polynomial(coefficients: usize, count: i32, x: v128): v128 {
  let sum = constant<f64>(coefficients);
  for (let i = 1; i < count; ++i) {
    coefficients += 8;
    sum = horner<f64>(sum, x, coefficients);
  }
  return sum;
}
