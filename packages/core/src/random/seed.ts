import { engine } from '../engine.js';
import { ValueError } from '../errors.js';
import { philox4x32 } from './philox.js';
import { ownRandom, RandomState } from './random-state.js';

/**
 * Starts the random numbers of this thread anew: equal seeds give equal numbers, on every machine.
 *
 * Numbers are not drawn from a state that moves on, but computed (Philox4x32-10) from a key, which
 * holds the seed, and a counter, which holds the number of the call and the place of the element. So
 * there are several streams that do not disturb each other: tensors (`rand`, `dropout`, ...) take the
 * next call of theirs, `random()` of its own; in a training run every leaf of a batch has its own
 * stream of tensors, while `random()` gives all leaves of a step the same.
 *
 * @param seed a whole number from 0 to 2^53 - 1
 * @throws ValueError for any other number
 *
 * @example
 * manualSeed(1);
 * const a = rand([3]);
 * manualSeed(1);
 * const b = rand([3]); // equal to a
 */
export function manualSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ValueError(`manualSeed: a seed is a whole number from 0 to 2^53 - 1, not ${seed}`);
  }
  engine().random.reset(seed);
}

/**
 * Runs `work` with the random numbers of a seed and leaves those of the caller as they were, also of whoever
 * draws while `work` awaits something.
 *
 * @example
 * const model = await withSeed(42, () => buildModel());
 */
export async function withSeed<T>(seed: number, work: () => T | Promise<T>): Promise<T> {
  return ownRandom.run(new RandomState(), async () => {
    manualSeed(seed);
    return await work();
  });
}

const words = new Uint32Array(4);

/**
 * A number of at least 0 and below 1, with 53 random bits, for decisions in the flow of a program. In
 * a training run it is the same for all leaves of a step, so every worker takes the same turn.
 *
 * @example
 * const y = random() < 0.5 ? layer(x) : x;
 */
export function random(): number {
  const [k0, k1, c1, c2, c3] = engine().random.nextScalarCall();
  philox4x32(words, [k0, k1], [0, c1, c2, c3]);
  const [high = 0, low = 0] = words;
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}
