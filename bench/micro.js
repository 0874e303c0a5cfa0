import { Bench } from 'tinybench';

/**
 * @typedef {object} Timing
 * @property {number} ms how long one task is measured in a round
 * @property {number} rounds
 */

/** Calls of a task in a round, however long one takes. */
const leastCalls = 3;

/**
 * A contender that times a function with tinybench: in each round the median of many calls, after
 * some that do not count.
 *
 * @param {string} name
 * @param {() => unknown} call what is timed; it may return (a promise of) its own `overriddenDuration`
 * @param {Timing} timing
 * @returns {import('./statistics.js').Contender}
 */
export function timed(name, call, { ms }) {
  return {
    name,
    measure: async (round) => {
      const bench = new Bench({
        time: ms,
        iterations: leastCalls,
        // The first calls compile; later rounds only have to fill the caches again.
        warmupTime: round === 0 ? ms : 0,
        warmupIterations: round === 0 ? leastCalls : 1,
        throws: true,
      });
      bench.add(name, call);
      const [task] = await bench.run();
      const result = task?.result;
      if (result?.state !== 'completed') throw new Error(`'${name}' was not measured.`);
      return result.latency.p50;
    },
  };
}
