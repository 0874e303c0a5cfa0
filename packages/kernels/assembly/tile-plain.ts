import { ADD, isPacked, isScattered, RESUME } from './tile-access';
import { PANEL, ROWS } from './tile-shape';

/** 4 rows by 64 bytes, an element at a time: what the vector tiles must equal bit for bit. */
export function tilePlain<T, Access>(
  kc: i32,
  a: usize,
  rows: usize,
  offsets: usize,
  b: usize,
  c: usize,
  ldc: usize,
  mode: i32,
): void {
  const size = <i32>sizeof<T>();
  for (let i = 0; i < ROWS; ++i) {
    const row = isScattered<Access>() ? <usize>load<u32>(rows + 4 * i) : <usize>(i * size);
    const to = c + <usize>i * ldc;
    for (let j = 0; j < PANEL; j += size) {
      let sum: T = mode == RESUME ? load<T>(to + j) : <T>0;
      for (let p = 0; p < kc; ++p) {
        const step = isPacked<Access>() ? p * ROWS * size : load<u32>(offsets + 4 * p);
        sum += load<T>(a + row + step) * load<T>(b + PANEL * p + j);
      }
      store<T>(to + j, mode == ADD ? load<T>(to + j) + sum : sum);
    }
  }
}
