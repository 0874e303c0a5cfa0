import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** @import { ChildProcess } from 'node:child_process' */

const command = fileURLToPath(new URL('../../apps/dltrain/dist/bin.js', import.meta.url));

/**
 * A line of `--json`.
 *
 * @typedef {{ readonly event: string, readonly step?: number, readonly weights_sha256?: string }} Line
 */

/**
 * @typedef {object} Ended
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {readonly Line[]} lines
 * @property {Line | null} done the last line of a run that came to its end
 * @property {number | null} resumedAtStep steps behind the checkpoint that it went on from
 * @property {number | null} readyMs from the start of the process until it trained, again or for the first time
 * @property {number} lifeMs
 * @property {string} stderr
 */

/**
 * @typedef {object} CommandRun
 * @property {string} node its path
 * @property {readonly string[]} words
 * @property {number} [killAfterMs] when to end it by SIGKILL, if it still lives then
 * @property {(line: Line, child: ChildProcess) => void} [onLine]
 */

/**
 * Runs the command as a process of its own.
 *
 * @param {CommandRun} options
 * @returns {Promise<Ended>}
 */
export async function runCommand({ node, words, killAfterMs, onLine }) {
  const startedAt = performance.now();
  const child = spawn(node, [command, ...words, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const killer =
    killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  let stderr = '';
  /** @type {number | null} */
  let readyMs = null;
  /** @type {Line[]} */
  const lines = [];
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    stderr += text;
  });
  createInterface(child.stdout).on('line', (text) => {
    // The last line of a killed process may be half of one.
    if (!text.endsWith('}')) return;
    const line = /** @type {Line} */ (JSON.parse(text));
    if (['start', 'resume'].includes(line.event)) readyMs = performance.now() - startedAt;
    lines.push(line);
    onLine?.(line, child);
  });
  /** @type {[number | null, NodeJS.Signals | null]} */
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (...how) => {
      resolve(how);
    });
  });
  clearTimeout(killer);
  return {
    ...{ code, signal, lines, readyMs, stderr },
    done: lines.find(({ event }) => event === 'done') ?? null,
    resumedAtStep: lines.find(({ event }) => event === 'resume')?.step ?? null,
    lifeMs: performance.now() - startedAt,
  };
}
