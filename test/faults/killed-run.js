import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { nodesAtHand } from '../support/nodes.js';
import { runCommand } from './command-process.js';
import { pick } from './seeded.js';

/** @type {readonly [number, number, number]} */
const workerCounts = [1, 2, 3];

/**
 * A run that nothing happens to.
 *
 * @typedef {object} Undisturbed
 * @property {string} weightsSha256
 * @property {string} metrics
 * @property {number} lifeMs
 */

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
 * @param {string} config
 * @param {string} runDirectory
 * @returns {Promise<Undisturbed>}
 */
export async function undisturbedRun(config, runDirectory) {
  const [{ path: node }] = nodesAtHand();
  const { done, lifeMs, stderr } = await runCommand({
    node,
    words: [config, '--run-dir', runDirectory],
  });
  if (done === null) throw new Error(`the undisturbed run failed: ${stderr}`);
  return {
    weightsSha256: String(done.weights_sha256),
    metrics: metricsOf(runDirectory),
    lifeMs,
  };
}

/**
 * One run that is killed so many times, at moments that are drawn, and resumed each time on a Node and with
 * a number of workers that are drawn as well, until it ends.
 *
 * @param {{ config: string, runDirectory: string, kills: number, random: () => number, undisturbed: Undisturbed }} options
 * @returns {Promise<Trial>}
 */
export async function killAndResume({ config, runDirectory, kills, random, undisturbed }) {
  /** @type {Omit<Trial, 'weightsSha256' | 'sameWeights' | 'sameMetrics'>} */
  const story = { killedAfterMs: [], resumedAtSteps: [], readyMs: [] };
  for (;;) {
    const isLast = story.killedAfterMs.length === kills;
    const killing = isLast ? {} : { killAfterMs: random() * undisturbed.lifeMs };
    const workers = String(pick(workerCounts, random));
    const words = [config, '--run-dir', runDirectory, '--resume', '--workers', workers];
    const ended = await runCommand({ node: pick(nodesAtHand(), random).path, words, ...killing });
    if (story.killedAfterMs.length > 0) {
      story.resumedAtSteps.push(ended.resumedAtStep);
      story.readyMs.push(ended.readyMs);
    }
    if (ended.signal === 'SIGKILL') {
      story.killedAfterMs.push(Math.round(ended.lifeMs));
      continue;
    }
    if (ended.done === null) {
      throw new Error(`the run ended with ${String(ended.code)}: ${ended.stderr}`);
    }
    // It was faster than its executioner: the same once more.
    if (story.killedAfterMs.length === 0) {
      rmSync(runDirectory, { recursive: true });
      continue;
    }
    const weightsSha256 = String(ended.done.weights_sha256);
    return {
      ...story,
      weightsSha256,
      sameWeights: weightsSha256 === undisturbed.weightsSha256,
      sameMetrics: metricsOf(runDirectory) === undisturbed.metrics,
    };
  }
}

/**
 * What the metrics log says of the training: each step and each validation, without clocks.
 *
 * @param {string} runDirectory
 */
function metricsOf(runDirectory) {
  return readFileSync(path.join(runDirectory, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => /** @type {Record<string, unknown>} */ (JSON.parse(line)))
    .filter(({ event }) => event === 'step' || event === 'validation')
    .map((event) => JSON.stringify({ ...event, elapsed_ms: 0 }))
    .join('\n');
}
