/**
 * Kills a training run with SIGKILL at random moments and resumes it, each time on another Node and with
 * another number of workers, until it ends; then compares weights and metrics with those of a run that
 * nothing happened to. Does so many times over, and reports.
 *
 *   node test/faults/kills.js --runs 200 --seed 1 --json test/faults/results/kills.json
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodesAtHand, runCommand } from './command-process.js';
import { pick, seeded } from './seeded.js';

const config = fileURLToPath(new URL('killed-run.yaml', import.meta.url));

/** @type {readonly [number, number, number]} */
const workerCounts = [1, 2, 3];

/**
 * @typedef {object} Trial
 * @property {number[]} killedAfterMs when each process was killed
 * @property {(number | null)[]} resumedAtSteps where those after the first went on; null where there was no checkpoint yet
 * @property {(number | null)[]} readyMs from the start of each of these to its training
 * @property {string} weightsSha256
 * @property {boolean} sameWeights
 * @property {boolean} sameMetrics
 */

/**
 * What the metrics log says of the training: each step and each validation, without clocks.
 *
 * @param {string} runDirectory
 */
function metricsOf(runDirectory) {
  return readFileSync(path.join(runDirectory, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'step' || event === 'validation')
    .map((event) => JSON.stringify({ ...event, elapsed_ms: 0 }))
    .join('\n');
}

/**
 * One run that is killed at least once, and resumed until it ends.
 *
 * @param {{ runDirectory: string, random: () => number, undisturbed: { sha256: string, metrics: string, lifeMs: number } }} options
 * @returns {Promise<Trial>}
 */
async function trial({ runDirectory, random, undisturbed }) {
  /** @type {Omit<Trial, 'weightsSha256' | 'sameWeights' | 'sameMetrics'>} */
  const story = { killedAfterMs: [], resumedAtSteps: [], readyMs: [] };
  const kills = pick([1, 1, 1, 2, 3], random);
  const folder = path.dirname(runDirectory);
  for (;;) {
    const more = story.killedAfterMs.length < kills;
    const killAfterMs = more ? { killAfterMs: random() * undisturbed.lifeMs } : {};
    const resume = [
      '--run-dir',
      runDirectory,
      '--resume',
      '--workers',
      String(pick(workerCounts, random)),
    ];
    const words = [config, ...resume];
    const ended = await runCommand({ node: pick(nodesAtHand(), random), words, ...killAfterMs });
    if (story.killedAfterMs.length > 0) {
      story.resumedAtSteps.push(ended.resumedAtStep);
      story.readyMs.push(ended.readyMs);
    }
    if (ended.signal === 'SIGKILL') {
      story.killedAfterMs.push(Math.round(ended.lifeMs));
      continue;
    }
    if (ended.done === null)
      throw new Error(`the run ended with ${String(ended.code)}: ${ended.stderr}`);
    // It was faster than its executioner: the same once more.
    if (story.killedAfterMs.length === 0) {
      rmSync(runDirectory, { recursive: true });
      continue;
    }
    const weightsSha256 = String(ended.done.weights_sha256);
    const sameMetrics = metricsOf(runDirectory) === undisturbed.metrics;
    const sameWeights = weightsSha256 === undisturbed.sha256;
    if (sameWeights && sameMetrics) rmSync(folder, { recursive: true });
    return { ...story, weightsSha256, sameWeights, sameMetrics };
  }
}

/** @param {readonly number[]} values @param {number} share */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN);
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});
const temporary = mkdtempSync(path.join(tmpdir(), 'dltrain-kills-'));
const whole = path.join(temporary, 'whole');
const first = await runCommand({ node: process.execPath, words: [config, '--run-dir', whole] });
if (first.done === null) throw new Error(`the undisturbed run failed: ${first.stderr}`);
const undisturbed = {
  sha256: String(first.done.weights_sha256),
  metrics: metricsOf(whole),
  lifeMs: first.lifeMs,
};
console.log(`undisturbed: ${undisturbed.sha256}, ${String(Math.round(first.lifeMs))} ms`);
/** @type {Trial[]} */
const trials = [];
for (let number = 1; number <= Number(values.runs); number++) {
  const random = seeded(Number(values.seed) * 1_000_003 + number);
  const runDirectory = path.join(mkdtempSync(path.join(temporary, 'run-')), 'run');
  const one = await trial({ runDirectory, random, undisturbed });
  trials.push(one);
  const verdict =
    one.sameWeights && one.sameMetrics ? 'the same' : `DIFFERENT, see ${runDirectory}`;
  console.log(
    `${String(number).padStart(4)}  killed after ${one.killedAfterMs.join(', ')} ms, ` +
      `went on from step ${one.resumedAtSteps.map((step) => step ?? 0).join(', ')}: ${verdict}`,
  );
}
const same = trials.filter(({ sameWeights, sameMetrics }) => sameWeights && sameMetrics).length;
const ready = trials.flatMap(({ readyMs }) => readyMs.flatMap((ms) => ms ?? []));
const summary = {
  runs: trials.length,
  kills: trials.reduce((sum, { killedAfterMs }) => sum + killedAfterMs.length, 0),
  same,
  recoveryMs: {
    median: quantile(ready, 0.5),
    p95: quantile(ready, 0.95),
    largest: quantile(ready, 1),
  },
};
console.log(JSON.stringify(summary, null, 2));
if (values.json !== undefined) {
  const record = {
    date: new Date().toISOString(),
    seed: Number(values.seed),
    nodes: nodesAtHand().length,
    node: process.version,
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'} x ${String(cpus().length)}`,
    undisturbed: { weightsSha256: undisturbed.sha256, lifeMs: Math.round(undisturbed.lifeMs) },
    ...summary,
    trials,
  };
  writeFileSync(values.json, `${JSON.stringify(record, null, 1)}\n`);
}
if (same === trials.length) rmSync(temporary, { recursive: true });
process.exitCode = same === trials.length ? 0 : 1;
