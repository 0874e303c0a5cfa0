import { Bench } from 'tinybench';

/**
 * @typedef {object} Timing
 * @property {number} ms how long one task is measured in a round
 * @property {number} rounds
 */

/** Samples of a task in a round, however long one takes. */
const leastSamples = 3;

/** A sample takes so long at least, or reading the clock would count. */
const sampleMs = 0.02;

/**
 * A contender that times a function with tinybench: in each round the median of many samples, after
 * some that do not count. A sample is as many calls as it takes for the clock.
 *
 * @param {string} name
 * @param {() => unknown} call
 * @param {Timing} timing
 * @returns {import('./statistics.js').Contender}
 */
export function timed(name, call, timing) {
  const measure = samples(name, timing);
  return {
    name,
    measure: (round) => {
      const repeats = repeatsFor(call);
      return measure(round, () => {
        const since = performance.now();
        for (let i = 0; i < repeats; i++) call();
        return sampleOf((performance.now() - since) / repeats, repeats);
      });
    },
  };
}

/**
 * The same for a function that knows how long one of its calls took.
 *
 * @param {string} name
 * @param {() => Promise<number>} time milliseconds of one
 * @param {number} repeats how many it makes at a time
 * @param {Timing} timing
 * @returns {import('./statistics.js').Contender}
 */
export function timedByItself(name, time, repeats, timing) {
  const measure = samples(name, timing);
  return { name, measure: (round) => measure(round, async () => sampleOf(await time(), repeats)) };
}

/**
 * @param {string} name
 * @param {Timing} timing
 */
function samples(name, { ms }) {
  /** @param {number} round @param {() => unknown} sample */
  return async (round, sample) => {
    const bench = new Bench({
      time: ms,
      iterations: leastSamples,
      // The first calls compile; later rounds only have to fill the caches again.
      warmupTime: round === 0 ? ms : 0,
      warmupIterations: round === 0 ? leastSamples : 1,
      throws: true,
    });
    bench.add(name, sample);
    const [task] = await bench.run();
    const result = task?.result;
    if (result?.state !== 'completed') throw new Error(`'${name}' was not measured.`);
    return result.latency.p50;
  };
}

/**
 * What tinybench takes instead of its own clock.
 *
 * @param {number} ms of one call
 * @param {number} repeats
 */
function sampleOf(ms, repeats) {
  return { overriddenDuration: ms, overriddenIterationCost: ms * repeats };
}

/**
 * How many calls make a sample.
 *
 * @param {() => unknown} call
 */
function repeatsFor(call) {
  for (let repeats = 1; ; repeats *= 2) {
    const since = performance.now();
    for (let i = 0; i < repeats; i++) call();
    if (performance.now() - since >= sampleMs) return repeats;
  }
}
