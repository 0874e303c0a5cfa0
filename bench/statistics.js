/**
 * What the suites share about numbers: medians, their spread, and rounds that take turns. Machines are
 * shared and drift, so whatever is compared is measured in turns, and compared round by round.
 */

/**
 * @typedef {object} Summary
 * @property {number} median
 * @property {number} low lower quartile
 * @property {number} high upper quartile
 * @property {readonly number[]} rounds one value a round, in the order they were measured
 */

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {(round: number) => number | Promise<number>} measure one value, such as milliseconds a step
 */

/**
 * The value below which a share of the values lies, between two neighbours in proportion.
 *
 * @param {readonly number[]} values
 * @param {number} share from 0 to 1
 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * @param {readonly number[]} rounds
 * @returns {Summary}
 */
export function summarize(rounds) {
  return {
    median: quantile(rounds, 0.5),
    low: quantile(rounds, 0.25),
    high: quantile(rounds, 0.75),
    rounds,
  };
}

/**
 * How far the quartiles lie apart, as a share of the median: half of the rounds are within it.
 *
 * @param {Summary} summary
 */
export function spread({ median, low, high }) {
  return (high - low) / median;
}

/**
 * `numerator / denominator`, taken round by round: what slowed the machine down for both cancels.
 *
 * @param {Summary} numerator
 * @param {Summary} denominator
 */
export function ratio(numerator, denominator) {
  return summarize(
    numerator.rounds.map((value, round) => value / (denominator.rounds[round] ?? NaN)),
  );
}

/**
 * Measures all contenders once a round. Each round begins with another one, so that nobody is always
 * first, or always after the same neighbour.
 *
 * @param {readonly Contender[]} contenders
 * @param {number} rounds
 * @returns {Promise<Map<string, Summary>>} by name
 */
export async function interleave(contenders, rounds) {
  /** @type {Map<string, number[]>} */
  const values = new Map(contenders.map(({ name }) => [name, []]));
  if (values.size < contenders.length) throw new Error('Two contenders have the same name.');
  for (let round = 0; round < rounds; round++) {
    const first = round % Math.max(1, contenders.length);
    for (const { name, measure } of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      values.get(name)?.push(await measure(round));
    }
  }
  return new Map([...values].map(([name, measured]) => [name, summarize(measured)]));
}
