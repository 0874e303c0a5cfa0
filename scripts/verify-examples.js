/**
 * `pnpm verify`: trains the MNIST examples to the end under every Node at hand and with several
 * numbers of workers, and compares: one SHA-256 of the weights for each example, and a test accuracy
 * above its floor. It takes an hour on two cores; `pnpm verify 1,2 trainer.max_epochs=1` is a look.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { installedPinnedNode, userNode } from './choose-node.js';
import { ensureBuilt } from './ensure-built.js';
import { root } from './workspace.js';

const run = promisify(execFile);

const examples = [
  { config: 'mnist-mlp.yaml', accuracy: 0.975 },
  { config: 'mnist-cnn.yaml', accuracy: 0.988 },
];

await ensureBuilt();
const [first = '', ...rest] = process.argv.slice(2);
const counted = /^\d+(,\d+)*$/.test(first);
const workerCounts = (counted ? first : '1,2,3,5').split(',').map(Number);
const overrides = counted ? rest : process.argv.slice(2);
const pinned = installedPinnedNode();
const nodes = [
  ...new Map([userNode(), ...(pinned ? [pinned] : [])].map((n) => [n.version, n])).values(),
];
const directory = mkdtempSync(path.join(tmpdir(), 'dltrain-verify-'));
let sound = true;

try {
  for (const { config, accuracy } of examples) {
    const hashes = new Set();
    for (const node of nodes) {
      for (const workers of workerCounts) {
        const done = await train(config, node.path, workers);
        hashes.add(done.weights_sha256);
        // A run cut short by overrides is not held to the accuracy of a whole one.
        const reached = overrides.length > 0 || done.metrics.test_accuracy >= accuracy;
        sound &&= reached;
        const figures = [
          config.padEnd(16),
          `Node ${node.version}`.padEnd(14),
          `${String(workers)} workers`,
          `test_accuracy ${done.metrics.test_accuracy.toFixed(4)}${reached ? '' : ` below ${String(accuracy)}`}`,
          `${done.samples_per_second.toFixed(0)} samples/s`,
          done.weights_sha256,
        ];
        process.stdout.write(`${figures.join('  ')}\n`);
      }
    }
    process.stdout.write(`${config}: ${hashes.size === 1 ? 'one result' : 'RESULTS DIFFER'}\n`);
    sound &&= hashes.size === 1;
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = sound ? 0 : 1;

/**
 * @typedef {object} Done
 * @property {{ test_accuracy: number }} metrics
 * @property {string} weights_sha256
 * @property {number} samples_per_second
 */

/**
 * @param {string} config
 * @param {string} node
 * @param {number} workers
 * @returns {Promise<Done>} the last line of the run
 */
async function train(config, node, workers) {
  const runDirectory = mkdtempSync(path.join(directory, 'run-'));
  const { stdout } = await run(
    process.execPath,
    [
      path.join(root, 'dltrain'),
      path.join(root, 'examples', config),
      ...['--json', '--workers', String(workers), '--run-dir', runDirectory],
      ...overrides,
    ],
    { env: { ...process.env, DLTRAIN_NODE: node }, maxBuffer: 2 ** 28 },
  );
  const lastLine = stdout.trimEnd().split('\n').at(-1);
  return /** @type {Done} */ (JSON.parse(lastLine ?? '{}'));
}
