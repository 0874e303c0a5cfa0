/**
 * Kills training runs at random moments, resumes them until they end, and compares what they come to with
 * one that nothing happened to: README.md.
 *
 *   node test/faults/kills.js --runs 200 --seed 1 --json test/faults/results/kills.json
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { nodesAtHand } from '../support/nodes.js';
import { killAndResume, undisturbedRun } from './killed-run.js';
import { readWords, say, spread, writeResults } from './report.js';
import { pick, seeded } from './seeded.js';

/** @import { Trial } from './killed-run.js' */

const config = fileURLToPath(new URL('killed-run.yaml', import.meta.url));

const { times: runs, seed, json } = readWords('runs', 200);
const temporary = mkdtempSync(path.join(tmpdir(), 'dltrain-kills-'));
const undisturbed = await undisturbedRun(config, path.join(temporary, 'undisturbed'));
say(`undisturbed: ${undisturbed.weightsSha256}, ${Math.round(undisturbed.lifeMs)} ms`);

/** @type {Trial[]} */
const trials = [];
for (let number = 1; number <= runs; number++) {
  const random = seeded(seed * 1_000_003 + number);
  const folder = mkdtempSync(path.join(temporary, 'run-'));
  const kills = pick([1, 1, 1, 2, 3], random);
  const runDirectory = path.join(folder, 'run');
  const trial = await killAndResume({ config, runDirectory, kills, random, undisturbed });
  trials.push(trial);
  const isSame = isTheSame(trial);
  say(
    `${String(number).padStart(4)}  killed after ${trial.killedAfterMs.join(', ')} ms, ` +
      `went on from step ${trial.resumedAtSteps.map((step) => step ?? '-').join(', ')}: ` +
      (isSame ? 'the same' : `DIFFERENT, see ${runDirectory}`),
  );
  if (isSame) rmSync(folder, { recursive: true });
}

const summary = {
  runs: trials.length,
  kills: trials.reduce((sum, { killedAfterMs }) => sum + killedAfterMs.length, 0),
  same: trials.filter(isTheSame).length,
  // From the start of a process to its training.
  resumeMs: spread(trials.flatMap(({ readyMs }) => readyMs.flatMap((ms) => ms ?? []))),
};
say(JSON.stringify(summary, null, 2));
if (json !== null) {
  writeResults(
    json,
    nodesAtHand().map(({ version }) => version),
    {
      seed,
      undisturbed: {
        weightsSha256: undisturbed.weightsSha256,
        lifeMs: Math.round(undisturbed.lifeMs),
      },
      ...summary,
      trials: trials.map((trial) => ({
        ...trial,
        readyMs: trial.readyMs.map((ms) => ms && Math.round(ms)),
      })),
    },
  );
}
if (summary.same === trials.length) rmSync(temporary, { recursive: true });
else process.exitCode = 1;

/** @param {Trial} trial */
function isTheSame({ sameWeights, sameMetrics }) {
  return sameWeights && sameMetrics;
}
