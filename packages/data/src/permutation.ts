import { philox4x32, randomKey, ValueError } from '@dltrain/core';

/**
 * The order of `n` samples in an epoch: a permutation of 0 to n-1 that seed and epoch alone decide.
 *
 * Fisher-Yates from the back, on the words of Philox4x32-10 with counter (block, epoch, 0, 0), each
 * made an unbiased integer below i + 1 by rejecting the few words above its largest multiple.
 *
 * @param stream `split` draws from other words than `shuffle`, so that the held-out samples say
 *   nothing about the order of the rest.
 * @example
 * permutation(60000, 42, 0); // Int32Array of 60,000 sample indices
 */
export function permutation(
  n: number,
  seed: number,
  epoch: number,
  stream: 'shuffle' | 'split' = 'shuffle',
): Int32Array {
  if (!Number.isInteger(n) || n < 0 || n > 2 ** 31 - 1) {
    throw new ValueError(`a permutation of ${n} samples: give an integer from 0 to ${2 ** 31 - 1}`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ValueError(`seed is ${seed}: give an integer from 0 to ${Number.MAX_SAFE_INTEGER}`);
  }
  if (!Number.isInteger(epoch) || epoch < 0 || epoch >= 2 ** 32) {
    throw new ValueError(`epoch is ${epoch}: give an integer from 0 to ${2 ** 32 - 1}`);
  }
  const order = Int32Array.from({ length: n }, (_, index) => index);
  const below = boundedIntegers(randomKey(seed, stream), epoch);
  for (let i = n - 1; i > 0; i--) {
    const j = below(i + 1);
    const last = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = last;
  }
  return order;
}

/** Successive integers below whatever bound is asked for, each value equally likely. */
function boundedIntegers(key: readonly [number, number], epoch: number): (bound: number) => number {
  const words = new Uint32Array(4);
  let block = 0;
  let used = 4;
  const nextWord = (): number => {
    if (used === 4) {
      philox4x32(words, key, [block++, epoch, 0, 0]);
      used = 0;
    }
    return words[used++] ?? 0;
  };
  return (bound) => {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let word = nextWord();
    while (word >= limit) word = nextWord();
    return word % bound;
  };
}
