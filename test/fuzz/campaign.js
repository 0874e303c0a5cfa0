import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { DltrainError } from '@dltrain/core';
import { mutate } from './mutate.js';
import { Random } from './random.js';

/** @import { Reader } from './readers.js' */

export const corpusFolder = path.join(import.meta.dirname, 'corpus');

/** The longest that a reader may take for a mutant, in milliseconds. */
export const mostMilliseconds = 1000;
/** A message is for people. */
const mostMessage = 2 ** 16;

/** What a module sets that must never run: names in the corpus lead to it. */
export const trap = 'dltrainRanCodeThatAFileNamed';

/**
 * @typedef {object} Seed
 * @property {string} name
 * @property {Buffer} bytes
 */

/**
 * @typedef {object} Outcome
 * @property {'accepted' | 'refused' | 'failed'} kind
 * @property {string} [error] what was thrown, by class and message
 * @property {number} milliseconds
 */

/**
 * @typedef {object} Tally
 * @property {number} inputs
 * @property {number} accepted
 * @property {number} refused with a typed error
 * @property {{ mutant: number, milliseconds: number }} slowest
 * @property {{ mutant: number, problem: string }[]} failures
 */

/** The files of a reader's corpus. @param {string} name @returns {Seed[]} */
export function corpusOf(name) {
  const folder = path.join(corpusFolder, name);
  if (!existsSync(folder)) throw new Error(`${folder} is missing: every reader has a corpus`);
  return readdirSync(folder)
    .sort()
    .map((file) => ({ name: file, bytes: readFileSync(path.join(folder, file)) }));
}

/**
 * Mutant number `index` of a reader under a seed.
 *
 * @param {string} name of the reader
 * @param {Reader} reader
 * @param {readonly Seed[]} corpus
 * @param {number} seed
 * @param {number} index
 */
export function mutantOf(name, reader, corpus, seed, index) {
  const random = Random.of(name, seed, index);
  const valid = corpus.filter((file) => file.name.startsWith('valid-'));
  // What is nearly right gets further than what is wrong already.
  const { bytes } = random.pick(random.oneIn(4) || valid.length === 0 ? corpus : valid);
  const { structure } = reader;
  if (structure === undefined || random.oneIn(2)) {
    return mutate(
      bytes,
      random,
      corpus.map((other) => other.bytes),
    );
  }
  const parts = structure.open(bytes);
  const others = structure.open(random.pick(corpus).bytes);
  if (parts.length === 0) return bytes;
  const at = random.below(parts.length);
  if (parts.length > 1 && random.oneIn(4)) parts.splice(at, 1, ...others);
  else parts[at] = mutate(parts[at] ?? Buffer.alloc(0), random, [...others, ...parts]);
  return structure.close(parts);
}

/**
 * What a reader does with an input. It may accept it or throw a typed error with a message that can
 * be shown; anything else is a failure.
 *
 * @param {Reader} reader
 * @param {Buffer} bytes
 * @returns {Promise<Outcome>}
 */
export async function outcomeOf(reader, bytes) {
  const known = Object.getOwnPropertyNames(Object.prototype).length;
  const start = performance.now();
  /** @type {Outcome['kind']} */
  let kind = 'accepted';
  let error;
  try {
    // A copy, as a file gives it; readers may keep parts of it.
    await reader.read(Buffer.from(bytes));
  } catch (thrown) {
    error = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    const problem = problemOf(thrown);
    kind = problem === null ? 'refused' : 'failed';
    if (problem !== null) error = `${problem}: ${error}`;
  }
  const milliseconds = performance.now() - start;
  if (Object.getOwnPropertyNames(Object.prototype).length !== known) {
    return { kind: 'failed', error: 'changed the prototype of all objects', milliseconds };
  }
  if (trap in globalThis) {
    return { kind: 'failed', error: 'ran code that the file names', milliseconds };
  }
  return error === undefined ? { kind, milliseconds } : { kind, error, milliseconds };
}

/** @param {unknown} error */
function problemOf(error) {
  if (!(error instanceof DltrainError)) return 'untyped error';
  if (error.message.length === 0) return 'error without a message';
  if (error.message.length > mostMessage) return 'error with an endless message';
  if (/[^\P{Cc}\n\t]/u.test(error.message)) return 'error with control characters';
  return null;
}

/**
 * Shows mutants to a reader.
 *
 * @param {string} name
 * @param {Reader} reader
 * @param {{ seed: number, count: number, from?: number, corpus?: readonly Seed[],
 *   before?: (mutant: number) => void }} options `before` hears of each mutant before it is read
 * @returns {Promise<Tally>}
 */
export async function campaign(name, reader, options) {
  const { seed, count, from = 0, corpus = corpusOf(name), before } = options;
  /** @type {Tally} */
  const tally = {
    inputs: 0,
    accepted: 0,
    refused: 0,
    slowest: { mutant: 0, milliseconds: 0 },
    failures: [],
  };
  // The first use compiles and loads what later ones find ready.
  for (const { bytes } of corpus) await outcomeOf(reader, bytes);
  for (let mutant = from; mutant < from + count; mutant++) {
    const bytes = mutantOf(name, reader, corpus, seed, mutant);
    before?.(mutant);
    const outcome = await outcomeOf(reader, bytes);
    if (outcome.milliseconds > mostMilliseconds) await lookAgain(reader, bytes, outcome);
    tally.inputs += 1;
    if (outcome.kind !== 'failed') tally[outcome.kind] += 1;
    else tally.failures.push({ mutant, problem: outcome.error ?? 'failed' });
    if (outcome.milliseconds > tally.slowest.milliseconds) {
      tally.slowest = { mutant, milliseconds: Math.round(outcome.milliseconds) };
    }
  }
  return tally;
}

/**
 * The machine may have been busy, or collecting garbage: what is slow is slow every time, and by the
 * time that it computes.
 *
 * @param {Reader} reader
 * @param {Buffer} bytes
 * @param {Outcome} outcome
 */
async function lookAgain(reader, bytes, outcome) {
  for (let again = 0; again < 3; again++) {
    const before = process.cpuUsage();
    await outcomeOf(reader, bytes);
    const { user, system } = process.cpuUsage(before);
    outcome.milliseconds = Math.min(outcome.milliseconds, (user + system) / 1000);
  }
  if (outcome.milliseconds <= mostMilliseconds) return;
  outcome.kind = 'failed';
  outcome.error = `took ${Math.round(outcome.milliseconds)} ms`;
}
