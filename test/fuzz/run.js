/**
 * `node test/fuzz/run.js [--count N] [--seed N] [--reader name,name] [--results folder]`: shows
 * mutants of the corpus to every reader and says what came of it. An input on which a reader fails is
 * written to `.cache/fuzz/`; give it a name in the corpus once the reader is mended.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs, promisify } from 'node:util';
import { corpusOf, mutantOf } from './campaign.js';
import { readers } from './readers.js';

/** @import { WatchedTally } from './watched-campaign.js' */

const root = path.dirname(path.dirname(import.meta.dirname));
const foundFolder = path.join(root, '.cache', 'fuzz');
/** In MiB, beyond what the first mutants took: garbage that was not collected yet is some of it. */
const mostMemoryGrowth = 512;
const mostFailuresShown = 10;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    reader: { type: 'string', default: Object.keys(readers).join(',') },
    results: { type: 'string' },
  },
});
const count = wholeNumber('count', values.count);
const seed = wholeNumber('seed', values.seed);
/** @type {Record<string, WatchedTally>} */
const tallies = {};
print(`${count} mutants a reader, seed ${seed}, Node ${process.version}\n`);
print(row(['reader', 'inputs', 'accepted', 'refused', 'failed', 'slowest', 'memory', 'seconds']));
for (const name of values.reader.split(',')) await fuzz(name);
process.exitCode = Object.values(tallies).some(({ failures }) => failures.length > 0) ? 1 : 0;

/** @param {string} name */
async function fuzz(name) {
  if (readers[name] === undefined) {
    throw new Error(`there is no reader '${name}': give ${Object.keys(readers).join(', ')}`);
  }
  const start = performance.now();
  const tally = await watchedTally(name);
  if (tally.peakMemoryGrowth > mostMemoryGrowth) {
    const problem = `memory grew by ${tally.peakMemoryGrowth} MiB`;
    tally.failures.push({ mutant: tally.slowest.mutant, problem });
  }
  tallies[name] = tally;
  if (values.results !== undefined) writeResult(values.results, name, tally);
  const { inputs, accepted, refused, failures, slowest, peakMemoryGrowth } = tally;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const figures = [inputs, accepted, refused, failures.length];
  print(row([name, ...figures, `${slowest.milliseconds} ms`, `${peakMemoryGrowth} MiB`, seconds]));
  for (const failure of failures.slice(0, mostFailuresShown)) keep(name, failure);
}

/**
 * @param {string} name
 * @returns {Promise<WatchedTally>}
 */
async function watchedTally(name) {
  const program = path.join(import.meta.dirname, 'watched-campaign.js');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, name, String(count), String(seed)],
    { maxBuffer: 2 ** 28 },
  );
  return /** @type {WatchedTally} */ (JSON.parse(stdout));
}

/**
 * @param {string} name
 * @param {{ mutant: number, problem: string }} failure
 */
function keep(name, { mutant, problem }) {
  const reader = readers[name];
  if (reader === undefined || mutant < 0) return;
  mkdirSync(foundFolder, { recursive: true });
  const file = path.join(foundFolder, `${name}-${seed}-${mutant}`);
  writeFileSync(file, mutantOf(name, reader, corpusOf(name), seed, mutant));
  print(`  ${path.relative(root, file)}: ${problem.slice(0, 300)}`);
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {WatchedTally} tally
 */
function writeResult(folder, name, { failures, ...figures }) {
  const result = {
    reader: name,
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    processor: cpus()[0]?.model ?? 'unknown',
    seed,
    corpus: corpusOf(name).length,
    ...figures,
    failures: failures.length,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** @param {(string | number)[]} cells */
function row(cells) {
  return cells
    .map((cell, i) => (i === 0 ? String(cell).padEnd(18) : String(cell).padStart(10)))
    .join('');
}

/**
 * @param {string} name
 * @param {string} text
 */
function wholeNumber(name, text) {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} is '${text}': give a whole number`);
}

/** @param {string} line */
function print(line) {
  process.stdout.write(`${line}\n`);
}
