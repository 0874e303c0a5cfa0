import { kBlock } from './k-blocks';

/** The product in the order rule, an element at a time: what every other product must equal. */
function plain<T>(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: bool,
  transB: bool,
): void {
  const size = sizeof<T>();
  const block = kBlock(k);
  for (let i = 0; i < m; ++i) {
    for (let j = 0; j < n; ++j) {
      let sum: T = 0;
      for (let p0 = 0; p0 < k; p0 += block) {
        const end = min(p0 + block, k);
        let part: T = 0;
        for (let p = p0; p < end; ++p) {
          const left = load<T>(a + (transA ? <usize>p * m + i : <usize>i * k + p) * size);
          part += left * load<T>(b + (transB ? <usize>j * k + p : <usize>p * n + j) * size);
        }
        sum = p0 ? sum + part : part;
      }
      if (bias) sum += load<T>(bias + <usize>j * size);
      store<T>(c + (<usize>i * n + j) * size, sum);
    }
  }
}

/** C = op(A) op(B) + bias, slowly; no activation. */
export function gemmPlain_f32(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: i32,
  transB: i32,
): void {
  plain<f32>(c, a, b, bias, m, n, k, transA != 0, transB != 0);
}
export function gemmPlain_f64(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: i32,
  transB: i32,
): void {
  plain<f64>(c, a, b, bias, m, n, k, transA != 0, transB != 0);
}
