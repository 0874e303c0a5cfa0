import { fileURLToPath } from 'node:url';
import { LineProcess } from '../line-process.js';

const script = fileURLToPath(new URL('dltrain-process.js', import.meta.url));

/**
 * @typedef {object} DltrainRun
 * @property {string} workload
 * @property {number} workers
 * @property {'exact' | 'fast'} mode
 *
 * @typedef {object} OwnContender
 * @property {number} startUpMs from the start of the process to the commit of the first step
 * @property {() => number | null} fingerprint the same for two runs that had the same bits so far; null
 *   before it is known
 *
 * What a process says of itself after its first step.
 * @typedef {object} Hello
 * @property {string} node
 * @property {string} variant
 * @property {number} leaves
 * @property {number} firstStepAt when the first step was committed, in milliseconds since 1970
 */

/**
 * Training through the runtime, as the command does it, in a process of its own under a Node of one's
 * choice. The run goes on from window to window and is stopped in between, so that it has to warm up only
 * once.
 *
 * @param {string} node path
 * @param {DltrainRun} run
 * @returns {Promise<import('./contender.js').TrainingContender & OwnContender>}
 */
export async function startDltrain(node, run) {
  const startedAt = Date.now();
  const child = new LineProcess(node, [script, JSON.stringify(run)]);
  const { firstStepAt, ...about } = /** @type {Hello} */ (await child.answer());
  child.pause();
  const { workers, mode } = run;
  /** @type {number | null} */
  let fingerprint = null;
  /** @param {object} request */
  const ask = async (request) => {
    child.resume();
    const answer = await child.ask(request);
    child.pause();
    return answer;
  };
  return {
    name: `dltrain ${mode}, ${workers} ${workers === 1 ? 'worker' : 'workers'}, Node ${majorOf(about.node)}`,
    threads: workers,
    about,
    startUpMs: firstStepAt - startedAt,
    time: async (window) => {
      const answer = await ask({ task: 'step', ...window });
      const timed = /** @type {{ ms: number, fingerprint: number | null }} */ (answer);
      ({ fingerprint } = timed);
      return timed.ms;
    },
    fingerprint: () => fingerprint,
    peakBytes: async () => {
      const answer = await ask({ task: 'memory' });
      return /** @type {{ bytes: number }} */ (answer).bytes;
    },
    close: () => child.close(),
  };
}

/** @param {string} version such as `v24.1.0` */
function majorOf(version) {
  return version.replace(/^v/, '').split('.')[0] ?? version;
}
