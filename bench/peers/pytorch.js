import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('pytorch.py', import.meta.url));
/** The first that has PyTorch; a version manager's python3 often hides the system's. */
const interpreters = ['python3', '/usr/bin/python3'];

/**
 * What a PyTorch says of itself.
 *
 * @typedef {object} PyTorchBuild
 * @property {string} version
 * @property {string | null} blas file of the library that it multiplies with; null if unknown
 * @property {boolean} referenceBlas whether that is the reference BLAS, which is not made for speed
 *
 * PyTorch in a process of its own, which sleeps while it is not asked.
 *
 * @typedef {object} PyTorch
 * @property {PyTorchBuild} build
 * @property {(request: object) => Promise<number>} ask milliseconds, as `pytorch.py` says
 * @property {() => Promise<void>} close
 */

/**
 * @param {number} threads
 * @returns {Promise<PyTorch | null>} null when no Python here has PyTorch
 */
export async function startPyTorch(threads) {
  for (const interpreter of interpreters) {
    const peer = await start(interpreter, threads);
    if (peer) return peer;
  }
  return null;
}

/**
 * @param {string} interpreter
 * @param {number} threads
 * @returns {Promise<PyTorch | null>}
 */
async function start(interpreter, threads) {
  const child = spawn(interpreter, [script, String(threads)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: String(threads) },
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    complaint += text;
  });
  const ended = once(child, 'close').catch((/** @type {unknown} */ error) => {
    complaint += String(error); // no such interpreter
  });
  // A peer that has ended refuses what is written to it; `ask` tells why.
  child.stdin.on('error', (error) => {
    complaint += String(error);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done !== true) return /** @type {unknown} */ (JSON.parse(value));
    await ended;
    throw new Error(`PyTorch has ended: ${complaint}`);
  };
  try {
    const build = /** @type {PyTorchBuild} */ (await answer());
    return {
      build,
      ask: async (request) => {
        child.stdin.write(`${JSON.stringify(request)}\n`);
        return /** @type {{ ms: number }} */ (await answer()).ms;
      },
      close: async () => {
        child.stdin.end();
        await ended;
      },
    };
  } catch (error) {
    if (/ENOENT|No module named 'torch'/.test(complaint)) return null;
    throw error;
  }
}
