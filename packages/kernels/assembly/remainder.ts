/**
 * Whole quotients and what they leave, with broadcasting: `name_dtype(out, a, b, n, meta)`; for `meta`
 * see `broadcast.ts`. fmod has the sign of a, remainder that of b, as in PyTorch; both are exact, but
 * that the sum of a remainder and a divisor of the other sign rounds.
 *
 * Those of i32 return 1 where a divisor was 0, for which there is no quotient (the result there is 0);
 * the quotient of the smallest number and -1 wraps.
 */
import { broadcast, overRows } from './broadcast';

/** What is left of a float divided by another, without a rounding: sums of b 2^k are taken off. */
// @ts-ignore: decorator
@inline
function truncated(a: f64, b: f64): f64 {
  return NativeMath.mod(a, b);
}

function floored(a: f64, b: f64): f64 {
  const left = truncated(a, b);
  return left != 0 && b < 0 != left < 0 ? left + b : left;
}

/** floor(a / b) by way of the remainder, so that no rounding of a / b up to a whole number counts */
function flooredQuotient<T>(a: T, b: T): T {
  if (b == <T>0) return a / b;
  const left = <T>truncated(<f64>a, <f64>b);
  let quotient = (a - left) / b;
  if (left != <T>0 && b < <T>0 != left < <T>0) quotient -= <T>1;
  if (quotient == <T>0) return copysign<T>(<T>0, a / b);
  const whole = floor<T>(quotient);
  return quotient - whole > <T>0.5 ? whole + <T>1 : whole;
}

/** An operation on numbers as one on vectors, lane by lane. */
class Lanes<Operation> {
  of<T>(a: v128, b: v128): v128 {
    const operation = changetype<Operation>(0);
    let y = v128.splat<T>(operation.one<T>(v128.extract_lane<T>(a, 0), v128.extract_lane<T>(b, 0)));
    y = v128.replace_lane<T>(
      y,
      1,
      operation.one<T>(v128.extract_lane<T>(a, 1), v128.extract_lane<T>(b, 1)),
    );
    if (sizeof<T>() == 8) return y;
    y = v128.replace_lane<T>(
      y,
      2,
      operation.one<T>(v128.extract_lane<T>(a, 2), v128.extract_lane<T>(b, 2)),
    );
    return v128.replace_lane<T>(
      y,
      3,
      operation.one<T>(v128.extract_lane<T>(a, 3), v128.extract_lane<T>(b, 3)),
    );
  }
}

class Fmod {
  @inline one<T>(a: T, b: T): T { return <T>truncated(<f64>a, <f64>b); }
}
export function fmod_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Lanes<Fmod>>(out, a, b, n, meta); }
export function fmod_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Lanes<Fmod>>(out, a, b, n, meta); }

class Remainder {
  @inline one<T>(a: T, b: T): T { return <T>floored(<f64>a, <f64>b); }
}
export function remainder_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Lanes<Remainder>>(out, a, b, n, meta); }
export function remainder_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Lanes<Remainder>>(out, a, b, n, meta); }

class FloorDivide {
  @inline one<T>(a: T, b: T): T { return flooredQuotient<T>(a, b); }
}
export function floorDivide_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, Lanes<FloorDivide>>(out, a, b, n, meta); }
export function floorDivide_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, Lanes<FloorDivide>>(out, a, b, n, meta); }

/** trunc(a / b) of the rounded quotient, as in PyTorch */
class TruncDivide {
  @inline of<T>(a: v128, b: v128): v128 { return v128.trunc<T>(v128.div<T>(a, b)); }
}
export function truncDivide_f32(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f32, TruncDivide>(out, a, b, n, meta); }
export function truncDivide_f64(out: usize, a: usize, b: usize, n: i32, meta: usize): void { broadcast<f64, TruncDivide>(out, a, b, n, meta); }

/** Whether a divisor of the call that runs was 0. */
let sawZero: i32 = 0;

class FmodInteger {
  @inline of(a: i32, b: i32): i32 { return a % b; }
}

class RemainderInteger {
  @inline of(a: i32, b: i32): i32 {
    const left = a % b;
    return left != 0 && (left ^ b) < 0 ? left + b : left;
  }
}

class FloorDivideInteger {
  @inline of(a: i32, b: i32): i32 {
    return a / b - <i32>(a % b != 0 && (a ^ b) < 0);
  }
}

/** Towards zero. */
class TruncDivideInteger {
  @inline of(a: i32, b: i32): i32 { return a / b; }
}

/** A row of numbers, one after another. Neither division by 0 nor that of the smallest by -1 may trap. */
class IntegerRow<Operation> {
  of(out: usize, a: usize, b: usize, n: i32, aMoves: bool, bMoves: bool): void {
    const operation = changetype<Operation>(0);
    const aStep: usize = aMoves ? 4 : 0;
    const bStep: usize = bMoves ? 4 : 0;
    for (; n > 0; --n) {
      const divisor = load<i32>(b);
      let y = 0;
      if (divisor == 0) sawZero = 1;
      else if (divisor == -1) y = -operation.of(load<i32>(a), 1);
      else y = operation.of(load<i32>(a), divisor);
      store<i32>(out, y);
      out += 4;
      a += aStep;
      b += bStep;
    }
  }
}

// @ts-ignore: decorator
@inline
function dividing<Operation>(out: usize, a: usize, b: usize, n: i32, meta: usize): i32 {
  sawZero = 0;
  overRows<i32, i32, IntegerRow<Operation>>(out, a, b, n, meta);
  return sawZero;
}

export function fmod_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): i32 { return dividing<FmodInteger>(out, a, b, n, meta); }
export function remainder_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): i32 { return dividing<RemainderInteger>(out, a, b, n, meta); }
export function floorDivide_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): i32 { return dividing<FloorDivideInteger>(out, a, b, n, meta); }
export function truncDivide_i32(out: usize, a: usize, b: usize, n: i32, meta: usize): i32 { return dividing<TruncDivideInteger>(out, a, b, n, meta); }
