import { spread } from './statistics.js';
import { digits, duration, percent } from './table.js';

/**
 * What whole processes took.
 *
 * @param {string} title
 * @param {readonly import('./suite.js').Measurement[]} measurements
 * @param {readonly import('./suite.js').Ratio[]} ratios
 * @returns {import('./suite.js').Results}
 */
export function processTimes(title, measurements, ratios) {
  return {
    measurements,
    ratios,
    tables: [
      {
        title,
        header: ['', 'time', 'spread'],
        rows: measurements.map(({ name, ms }) => [name, duration(ms.median), percent(spread(ms))]),
        notes: ratios.map(({ name, value }) => `${name}: ${digits(value.median)}`),
      },
    ],
  };
}
