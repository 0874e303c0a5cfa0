/**
 * Numbers from 0 up to 1 that follow from a seed: 32 bits of a counter, mixed (splitmix32).
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/**
 * One of several, all equally likely.
 *
 * @template T
 * @param {readonly [T, ...T[]]} among
 * @param {() => number} random
 * @returns {T}
 */
export function pick(among, random) {
  return among[Math.floor(random() * among.length)] ?? among[0];
}

/**
 * The same in an order that is drawn (Fisher and Yates).
 *
 * @template T
 * @param {readonly T[]} values
 * @param {() => number} random
 * @returns {T[]}
 */
export function shuffled(values, random) {
  const drawn = [...values];
  for (let i = drawn.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [drawn[i], drawn[j]];
    if (a !== undefined && b !== undefined) [drawn[i], drawn[j]] = [b, a];
  }
  return drawn;
}
