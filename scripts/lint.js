/**
 * `npm run lint`: the linter, which takes longest, and beside it the formatter and the search for dead code;
 * all three to the end.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { ensureBuilt } from './ensure-built.js';
import { root } from './workspace.js';

const tools = [
  ['eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  ['prettier/bin/prettier.cjs', '--check', '.'],
  ['knip/bin/knip.js'],
];

await ensureBuilt();
const [linter, ...others] = tools.map((words) => () => run(words));
await Promise.all([
  linter?.(),
  others.reduce((before, next) => before.then(next), Promise.resolve()),
]);

/**
 * Runs a tool and shows what it said once it has ended.
 *
 * @param {string[]} words
 * @returns {Promise<void>}
 */
async function run([script = '', ...args]) {
  const child = spawn(process.execPath, [path.join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // What is piped would lose its colours.
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      said += text;
    });
  }
  /** @type {number | null} */
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  process.stdout.write(`\n${[path.basename(script).split('.')[0], ...args].join(' ')}\n${said}`);
  if (status !== 0) process.exitCode = 1;
}
