import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../apps/dltrain/dist/bin.js', import.meta.url));

/**
 * @typedef {object} Ended
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {Record<string, any> | null} done the last line of a run that came to its end
 * @property {number | null} resumedAtStep steps behind the checkpoint that it went on from
 * @property {number | null} readyMs from the start of the process until it trained, again or for the first time
 * @property {number} lifeMs
 * @property {string} stderr
 */

/**
 * Runs the command as a process of its own, and kills it after some time if it still lives then.
 *
 * @param {{ node: string, words: readonly string[], killAfterMs?: number }} options
 * @returns {Promise<Ended>}
 */
export async function runCommand({ node, words, killAfterMs }) {
  const startedAt = performance.now();
  const child = spawn(node, [command, ...words, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const killer =
    killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  /** @type {Omit<Ended, 'code' | 'signal' | 'lifeMs'>} */
  const seen = { done: null, resumedAtStep: null, readyMs: null, stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    seen.stderr += text;
  });
  createInterface(child.stdout).on('line', (line) => {
    // The last line of a killed process may be half of one.
    if (!line.endsWith('}')) return;
    const event = JSON.parse(line);
    if (event.event === 'start' || event.event === 'resume') {
      seen.readyMs = performance.now() - startedAt;
    }
    if (event.event === 'resume') seen.resumedAtStep = event.step;
    if (event.event === 'done') seen.done = event;
  });
  /** @type {[number | null, NodeJS.Signals | null]} */
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (...how) => {
      resolve(how);
    });
  });
  clearTimeout(killer);
  return { ...seen, code, signal, lifeMs: performance.now() - startedAt };
}

/** The Nodes that runs are started with in turn: the one that runs this, and the pinned one. @returns {[string, ...string[]]} */
export function nodesAtHand() {
  const pinned = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
  return [process.execPath, pinned];
}
