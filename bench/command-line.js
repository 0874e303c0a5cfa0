import { parseArgs } from 'node:util';
import { attention } from './suites/attention.js';
import { barrier } from './suites/barrier.js';
import { checkpoint } from './suites/checkpoint.js';
import { convolution } from './suites/convolution.js';
import { elementary } from './suites/elementary.js';
import { gemm } from './suites/gemm.js';
import { memory } from './suites/memory.js';
import { optimizer } from './suites/optimizer.js';
import { overhead } from './suites/overhead.js';
import { pooling } from './suites/pooling.js';
import { reduce } from './suites/reduce.js';
import { rowwise } from './suites/rows.js';
import { startup } from './suites/startup.js';
import { stepSuites } from './suites/step.js';

/** In the order in which they run. @type {readonly import('./suite.js').Suite[]} */
const suites = [
  ...[gemm, convolution, rowwise, attention, pooling, elementary, optimizer, overhead],
  ...[barrier, reduce],
  ...stepSuites,
  ...[memory, startup, checkpoint],
];
const names = suites.map(({ name }) => name);

export const usage = `Usage: pnpm bench [--quick] [--only SUITE,...] [--json FILE] [--install-peers]

  --quick          fewer and shorter rounds, and fewer of our own variants
  --only LIST      some of the suites: ${names.join(', ')};
                   a word stands for all that begin with it: step
  --json FILE      also write everything that was measured, round by round
  --install-peers  first install jax-js and TensorFlow.js, into .cache/bench-peers
`;

/** A command line that cannot be followed. */
export class UsageError extends Error {}

/**
 * @typedef {object} Options
 * @property {boolean} quick
 * @property {readonly import('./suite.js').Suite[]} chosen
 * @property {string | null} json
 * @property {boolean} install
 */

/**
 * What the command line asks for; null for the usage.
 *
 * @param {readonly string[]} args
 * @returns {Options | null}
 * @throws {UsageError}
 */
export function readOptions(args) {
  const values = parse(args);
  if (values.help) return null;
  return {
    quick: values.quick,
    chosen: values.only === undefined ? suites : chosenSuites(values.only),
    json: values.json ?? null,
    install: values['install-peers'],
  };
}

/** @param {string} list */
function chosenSuites(list) {
  const wanted = list.split(',').map((word) => word.trim());
  /** @param {string} name @param {string} word */
  const matches = (name, word) => name === word || name.startsWith(`${word}-`);
  const unknown = wanted.find((word) => !names.some((name) => matches(name, word)));
  if (unknown !== undefined) {
    throw new UsageError(`There is no suite '${unknown}', only ${names.join(', ')}.`);
  }
  return suites.filter(({ name }) => wanted.some((word) => matches(name, word)));
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        json: { type: 'string' },
        'install-peers': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
