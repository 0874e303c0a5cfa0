import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineProcess, ProcessError } from '../line-process.js';
import { contenderOf } from '../training/contender.js';

const script = fileURLToPath(new URL('pytorch.py', import.meta.url));
/** The first that has PyTorch; a version manager's python3 often hides the system's. */
const interpreters = ['python3', '/usr/bin/python3'];

/**
 * What a PyTorch says of itself.
 *
 * @typedef {object} PyTorchBuild
 * @property {string} version
 * @property {string} python
 * @property {string | null} blas file of the library that it multiplies with; null if unknown
 * @property {boolean} referenceBlas whether that is the reference BLAS, which is not made for speed
 *
 * PyTorch in a process of its own, which sleeps while it is not asked.
 * @typedef {object} PyTorch
 * @property {PyTorchBuild} build
 * @property {LineProcess} process
 *
 * An expression in Python, and what is made for it beforehand.
 * @typedef {object} PyTorchCall
 * @property {string} setup
 * @property {string} call
 */

/**
 * @param {number} threads
 * @param {readonly string[]} [group] rank, size and meeting place of a data-parallel group
 * @returns {Promise<PyTorch | null>} null when no Python here has PyTorch
 */
export async function startPyTorch(threads, group = []) {
  for (const interpreter of interpreters) {
    const args = [script, String(threads), ...group];
    const process = new LineProcess(interpreter, args, {
      OMP_NUM_THREADS: String(threads),
      PYTHONDONTWRITEBYTECODE: '1',
    });
    try {
      return { build: /** @type {PyTorchBuild} */ (await process.answer()), process };
    } catch (error) {
      const absent = /ENOENT|No module named 'torch'/;
      if (!(error instanceof ProcessError && absent.test(error.message))) throw error;
    }
  }
  return null;
}

/**
 * Milliseconds that a call takes, the median of many.
 *
 * @param {PyTorch} peer
 * @param {PyTorchCall} call
 * @param {number} ms how long to try
 */
export async function timeCall({ process }, { setup, call }, ms) {
  const answer = await process.ask({ task: 'call', setup, call, ms });
  return /** @type {{ ms: number }} */ (answer).ms;
}

/**
 * @param {number} threads
 * @param {import('../workloads/workload.js').Workload} workload
 * @returns {Promise<import('../training/contender.js').TrainingContender | null>}
 */
export async function trainWithPyTorch(threads, workload) {
  const peer = await startPyTorch(threads);
  if (peer === null) return null;
  const name = `PyTorch, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return contenderOf(name, threads, { ...peer.build }, [peer.process], workload);
}

/**
 * DistributedDataParallel over gloo, one thread a process: each computes its share of the batch.
 *
 * @param {number} processes
 * @param {import('../workloads/workload.js').Workload} workload
 * @returns {Promise<import('../training/contender.js').TrainingContender | null>}
 */
export async function trainWithPyTorchDdp(processes, workload) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dltrain-bench-'));
  const meetingPlace = path.join(folder, 'gloo');
  const peers = await Promise.all(
    Array.from({ length: processes }, (_, rank) =>
      startPyTorch(1, [String(rank), String(processes), meetingPlace]),
    ),
  );
  await rm(folder, { recursive: true, force: true });
  const [first] = peers;
  if (first === undefined || first === null) return null;
  const found = peers.flatMap((peer) => (peer === null ? [] : [peer.process]));
  const name = `PyTorch DDP, ${processes} processes`;
  return contenderOf(name, processes, { ...first.build }, found, workload);
}
