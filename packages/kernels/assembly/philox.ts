/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
 * easy as 1, 2, 3" (SC 2011), bit for bit as in their Random123 library.
 *
 * Key (k0, k1), counter (block, c1, c2, c3): word 0 of the counter is the number of the block, the other three
 * are the stream that the caller names. A block has four words of 32 random bits; word w of it is word
 * 4 block + w of the stream. Nothing has a state: any word can be made at any time.
 */

/** The bytes of eight blocks, which are made at a time: two chains of dependent steps hide half the latency. */
export const EIGHT_BLOCKS = 128;

const FACTOR0 = memory.data<u32>([0xd2511f53]);
const FACTOR1 = memory.data<u32>([0xcd9e8d57]);
const FIRST = memory.data<u32>([0, 1, 2, 3]);
const SECOND = memory.data<u32>([4, 5, 6, 7]);
/** Added to the key after each round: the golden ratio and sqrt 3 - 1 in 32 bits. */
const STEP0: i32 = 0x9e3779b9;
const STEP1: i32 = 0xbb67ae85;

/** The upper halves of four 64-bit products. */
// @ts-ignore: decorator
@inline
function upper(x: v128, factor: v128): v128 {
  const low = i64x2.extmul_low_i32x4_u(x, factor);
  return i32x4.shuffle(low, i64x2.extmul_high_i32x4_u(x, factor), 1, 3, 5, 7);
}

/**
 * Makes blocks block .. block + 7 at `to`: word w of the first four, one block a lane, at to + 16 w, of the
 * others at to + 64 + 16 w.
 */
export function eightBlocks(
  to: usize,
  block: i32,
  k0: i32,
  k1: i32,
  c1: i32,
  c2: i32,
  c3: i32,
): void {
  const factor0 = v128.load32_splat(FACTOR0);
  const factor1 = v128.load32_splat(FACTOR1);
  let x0 = i32x4.add(i32x4.splat(block), v128.load(FIRST));
  let x1 = i32x4.splat(c1);
  let x2 = i32x4.splat(c2);
  let x3 = i32x4.splat(c3);
  let y0 = i32x4.add(i32x4.splat(block), v128.load(SECOND));
  let y1 = x1;
  let y2 = x2;
  let y3 = x3;
  for (let round = 0; round < 10; round++) {
    const key0 = i32x4.splat(k0);
    const key1 = i32x4.splat(k1);
    const xUpper = upper(x0, factor0);
    const yUpper = upper(y0, factor0);
    const xLower = i32x4.mul(x0, factor0);
    const yLower = i32x4.mul(y0, factor0);
    x0 = v128.xor(v128.xor(upper(x2, factor1), x1), key0);
    y0 = v128.xor(v128.xor(upper(y2, factor1), y1), key0);
    x1 = i32x4.mul(x2, factor1);
    y1 = i32x4.mul(y2, factor1);
    x2 = v128.xor(v128.xor(xUpper, x3), key1);
    y2 = v128.xor(v128.xor(yUpper, y3), key1);
    x3 = xLower;
    y3 = yLower;
    k0 += STEP0;
    k1 += STEP1;
  }
  v128.store(to, x0);
  v128.store(to, x1, 16);
  v128.store(to, x2, 32);
  v128.store(to, x3, 48);
  v128.store(to, y0, 64);
  v128.store(to, y1, 80);
  v128.store(to, y2, 96);
  v128.store(to, y3, 112);
}

/** Turns what `eightBlocks` made, in place, into one block after the other. */
export function transposeBlocks(words: usize): void {
  for (let i = 0; i < EIGHT_BLOCKS; i += 64) {
    const at = words + i;
    const w0 = v128.load(at);
    const w1 = v128.load(at, 16);
    const w2 = v128.load(at, 32);
    const w3 = v128.load(at, 48);
    const low01 = i32x4.shuffle(w0, w1, 0, 4, 1, 5);
    const low23 = i32x4.shuffle(w2, w3, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(w0, w1, 2, 6, 3, 7);
    const high23 = i32x4.shuffle(w2, w3, 2, 6, 3, 7);
    v128.store(at, i64x2.shuffle(low01, low23, 0, 2));
    v128.store(at, i64x2.shuffle(low01, low23, 1, 3), 16);
    v128.store(at, i64x2.shuffle(high01, high23, 0, 2), 32);
    v128.store(at, i64x2.shuffle(high01, high23, 1, 3), 48);
  }
}
