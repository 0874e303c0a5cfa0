/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
 * easy as 1, 2, 3" (SC 2011), bit for bit as in their Random123 library.
 *
 * Key (k0, k1), counter (block, c1, c2, c3): word 0 of the counter is the number of the block, the other three
 * are the stream that the caller names. A block has four words of 32 random bits; word w of it is word
 * 4 block + w of the stream. Nothing has a state: any word can be made at any time.
 */

const FACTOR0 = memory.data<u32>([0xd2511f53]);
const FACTOR1 = memory.data<u32>([0xcd9e8d57]);
const FOUR_BLOCKS = memory.data<u32>([0, 1, 2, 3]);
/** Added to the key after each round: the golden ratio and sqrt 3 - 1 in 32 bits. */
const STEP0: i32 = 0x9e3779b9;
const STEP1: i32 = 0xbb67ae85;

/** Makes blocks block .. block + 3 at `to`: word w of all four, one block a lane, at to + 16 w. */
export function fourBlocks(
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
  let x0 = i32x4.add(i32x4.splat(block), v128.load(FOUR_BLOCKS));
  let x1 = i32x4.splat(c1);
  let x2 = i32x4.splat(c2);
  let x3 = i32x4.splat(c3);
  for (let round = 0; round < 10; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(x0, factor0);
    const high0 = i64x2.extmul_high_i32x4_u(x0, factor0);
    const low2 = i64x2.extmul_low_i32x4_u(x2, factor1);
    const high2 = i64x2.extmul_high_i32x4_u(x2, factor1);
    const upper2 = i32x4.shuffle(low2, high2, 1, 3, 5, 7);
    const upper0 = i32x4.shuffle(low0, high0, 1, 3, 5, 7);
    x0 = v128.xor(v128.xor(upper2, x1), i32x4.splat(k0));
    x1 = i32x4.shuffle(low2, high2, 0, 2, 4, 6);
    x2 = v128.xor(v128.xor(upper0, x3), i32x4.splat(k1));
    x3 = i32x4.shuffle(low0, high0, 0, 2, 4, 6);
    k0 += STEP0;
    k1 += STEP1;
  }
  v128.store(to, x0);
  v128.store(to, x1, 16);
  v128.store(to, x2, 32);
  v128.store(to, x3, 48);
}

/** Turns what `fourBlocks` made into one block after the other; `out` may be `words`. */
export function transposeBlocks(out: usize, words: usize): void {
  const w0 = v128.load(words);
  const w1 = v128.load(words, 16);
  const w2 = v128.load(words, 32);
  const w3 = v128.load(words, 48);
  const low01 = i32x4.shuffle(w0, w1, 0, 4, 1, 5);
  const low23 = i32x4.shuffle(w2, w3, 0, 4, 1, 5);
  const high01 = i32x4.shuffle(w0, w1, 2, 6, 3, 7);
  const high23 = i32x4.shuffle(w2, w3, 2, 6, 3, 7);
  v128.store(out, i64x2.shuffle(low01, low23, 0, 2));
  v128.store(out, i64x2.shuffle(low01, low23, 1, 3), 16);
  v128.store(out, i64x2.shuffle(high01, high23, 0, 2), 32);
  v128.store(out, i64x2.shuffle(high01, high23, 1, 3), 48);
}
