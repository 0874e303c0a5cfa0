import { elementAt } from './broadcast';
import { loadAsF64 } from './vector';

/**
 * The address of n elements of f32 or f64 as f64: where they are, or a copy at `room`. It is a
 * pass of its own because V8 makes no 256-bit conversions: what is computed in the same loop would have
 * 128 bits, too.
 */
// @ts-ignore: decorator
@inline
export function widened<T>(room: usize, x: usize, n: i32): usize {
  if (sizeof<T>() == 8) return x;
  let to = room;
  for (; n >= 2; n -= 2) {
    v128.store(to, loadAsF64<T>(x));
    x = elementAt<T>(x, 2);
    to += 16;
  }
  if (n > 0) store<f64>(to, <f64>load<T>(x));
  return room;
}
