import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';

/**
 * The words of a command that does something many times over.
 *
 * @param {string} times what the option is called that says how often
 * @param {number} usually
 */
export function readWords(times, usually) {
  const { values } = parseArgs({
    options: {
      [times]: { type: 'string', default: String(usually) },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
    },
  });
  return {
    times: wholeNumber(times, values[times]),
    seed: wholeNumber('seed', values.seed),
    json: typeof values.json === 'string' ? values.json : null,
  };
}

/** @param {string} name @param {unknown} text */
function wholeNumber(name, text) {
  if (typeof text === 'string' && /^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} is '${String(text)}': give a whole number`);
}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Writes what came of it, with what it ran on.
 *
 * @param {string} file
 * @param {readonly string[]} nodes versions of the Nodes that ran
 * @param {object} results
 */
export function writeResults(file, nodes, results) {
  const machine = {
    date: new Date().toISOString(),
    nodes,
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'} x ${cpus().length}`,
  };
  writeFileSync(file, `${JSON.stringify({ ...machine, ...results }, null, 1)}\n`);
}

/** @param {readonly number[]} milliseconds */
export function spread(milliseconds) {
  return {
    median: quantile(milliseconds, 0.5),
    p95: quantile(milliseconds, 0.95),
    largest: quantile(milliseconds, 1),
  };
}

/** A value that a share of them does not exceed; null of none. @param {readonly number[]} values @param {number} share */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? null : Math.round(value);
}
