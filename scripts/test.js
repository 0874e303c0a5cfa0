/**
 * `npm test`: installs, builds and runs all tests under the Node that `./dltrain` would choose; with
 * `--all-nodes` under the user's own Node and the pinned one. Other arguments go to vitest. The last
 * line is `N passed, N failed`, summed over all runs.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { chooseNode, installedPinnedNode, userNode } from './choose-node.js';
import { ensureBuilt } from './ensure-built.js';
import { cacheDirectory, root } from './workspace.js';

const allNodes = '--all-nodes';

await ensureBuilt();
const args = process.argv.slice(2).filter((arg) => arg !== allNodes);
const total = { passed: 0, failed: 0 };
for (const [i, node] of nodes().entries()) {
  const { passed, failed } = await runTests(node, i > 0);
  total.passed += passed;
  total.failed += failed;
}
process.stdout.write(`${String(total.passed)} passed, ${String(total.failed)} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** @returns {string[]} */
function nodes() {
  if (!process.argv.includes(allNodes)) return [chooseNode().path];
  const user = userNode();
  const pinned = installedPinnedNode();
  if (!pinned) throw new Error(`${allNodes} needs the pinned Node, which does not run here.`);
  return user.version === pinned.version ? [pinned.path] : [user.path, pinned.path];
}

/**
 * @param {string} node
 * @param {boolean} isSecond whether another ran them before: tests look at it in test/support/second-node.js
 * @returns {Promise<{ passed: number, failed: number }>}
 */
async function runTests(node, isSecond) {
  mkdirSync(cacheDirectory, { recursive: true });
  const report = path.join(cacheDirectory, `test-report-${String(process.pid)}.json`);
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(node, [vitest, 'run', ...reporters, ...args], {
    cwd: root,
    env: { ...process.env, TEST_ON_SECOND_NODE: isSecond ? '1' : '0' },
    stdio: 'inherit',
  });
  process.stdout.write(`\ntests under ${node}\n`);
  /** @type {number} */
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
    });
  });
  const counts = readCounts(report);
  rmSync(report, { force: true });
  // Something failed that no test stands for: no report, an error outside the tests, a leak.
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/**
 * @typedef {object} Report vitest's, in the format of Jest
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {{ status: string, assertionResults: unknown[] }[]} testResults one for each file
 */

/** @param {string} file */
function readCounts(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0 };
  const report = /** @type {Report} */ (JSON.parse(readFileSync(file, 'utf8')));
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
  };
}
