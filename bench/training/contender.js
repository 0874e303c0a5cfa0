/** The optimizer of every step that is measured, ours and the peers'. */
export const optimizer = { lr: 0.01, momentum: 0.9 };

/** The step whose loss shows whether two runs have had the same weights so far. */
export const fingerprintStep = 20;

/**
 * Somebody who trains a workload, again and again.
 *
 * @typedef {object} TrainingContender
 * @property {string} name
 * @property {number} threads how many compute at once
 * @property {Readonly<Record<string, unknown>>} about versions and the like
 * @property {(window: import('./step-window.js').Window) => Promise<number>} time milliseconds a step
 * @property {() => Promise<number>} peakBytes the most memory held at a time, in all its processes
 * @property {() => Promise<void>} close
 */

/** Steps that are timed at once, however long one takes. */
const leastSteps = 3;

/**
 * A contender made of processes that compute one step together. They are told how many steps to take,
 * so that all of them take as many.
 *
 * @param {string} name
 * @param {number} threads
 * @param {Readonly<Record<string, unknown>>} about
 * @param {readonly import('../line-process.js').LineProcess[]} processes
 * @param {import('../workloads/workload.js').Workload} workload
 * @returns {TrainingContender}
 */
export function contenderOf(name, threads, about, processes, { net, samples, batch }) {
  const task = { task: 'step', net, samples, batch, ...optimizer };
  /** @param {object} request */
  const askAll = (request) => Promise.all(processes.map((one) => one.ask(request)));
  /** How long a step took when it was last timed. */
  let latest = Infinity;
  /** @param {number} ms so long, roughly */
  const train = async (ms) => {
    const steps = Math.max(leastSteps, Math.ceil(ms / latest));
    const answers = await askAll({ ...task, steps });
    latest = Math.max(...answers.map((one) => /** @type {{ ms: number }} */ (one).ms));
    return { steps, mean: latest };
  };
  return {
    name,
    threads,
    about,
    time: async ({ warmMs, ms }) => {
      for (let warmed = 0; warmed < warmMs;) {
        const { steps, mean } = await train(warmMs - warmed);
        warmed += steps * mean;
      }
      return (await train(ms)).mean;
    },
    peakBytes: async () => {
      let sum = 0;
      for (const one of await askAll({ task: 'memory' })) {
        sum += /** @type {{ bytes: number }} */ (one).bytes;
      }
      return sum;
    },
    close: async () => {
      await Promise.all(processes.map((one) => one.close()));
    },
  };
}
