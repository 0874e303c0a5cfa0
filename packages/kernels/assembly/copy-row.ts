/** From so many bytes on, `memory.copy` is faster than a loop in spite of its call. */
const LONG: i32 = 128;

/** Copies n contiguous elements. */
// @ts-ignore: decorator
@inline
export function copyRow<T>(out: usize, x: usize, n: i32): void {
  const bytes = n << <i32>alignof<T>();
  if (bytes >= LONG) {
    memory.copy(out, x, bytes);
    return;
  }
  for (let i = 0; i < bytes; i += <i32>sizeof<T>()) store<T>(out + i, load<T>(x + i));
}
