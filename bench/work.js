/**
 * What one call of a case does, by which its time is judged.
 *
 * @typedef {object} Work
 * @property {number} [flops] for arithmetic: multiplications and additions
 * @property {number} [bytes] for passes over memory: read and written
 * @property {number} [elements] told as a time for each
 * @property {number} [calls] told as a time for each
 */

/**
 * How fast, in the unit that fits: GFLOP/s, ns/element, ns/call, else GB/s.
 *
 * @param {Work} work
 * @param {number} ms
 */
export function rateOf({ flops, bytes = 0, elements, calls }, ms) {
  if (flops !== undefined) return { rate: flops / (ms * 1e6), unit: 'GFLOP/s' };
  if (elements !== undefined) return { rate: (ms * 1e6) / elements, unit: 'ns/element' };
  if (calls !== undefined) return { rate: (ms * 1e6) / calls, unit: 'ns/call' };
  return { rate: bytes / (ms * 1e6), unit: 'GB/s' };
}
