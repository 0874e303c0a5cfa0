import { interleave, ratio, spread } from '../statistics.js';
import { digits, percent } from '../table.js';
import { sgd, syntheticData, timeTrainingRun } from '../training-run.js';
import { linearsOfB, stepFlops, workloadB } from '../workloads.js';

/** @typedef {import('../statistics.js').Contender} Contender */

const workload = workloadB;
const flops = stepFlops(linearsOfB, workload.batch);
const workerCounts = [1, 2];
const threadCounts = [1, 2];

/** @param {number} workers */
const ours = (workers) => `dltrain, ${workers} ${workers === 1 ? 'worker' : 'workers'}`;
/** @param {number} threads */
const theirs = (threads) => `PyTorch, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;

/** @type {import('../suite.js').Suite} */
export const step = {
  name: 'step',
  title: `training steps of workload ${workload.name}`,
  async run({ quick, pytorch }) {
    const rounds = quick ? 3 : 7;
    // V8 has compiled all of a rank's code after some 200 steps; a peer's process is warm already.
    const window = { warmup: 250, steps: quick ? 100 : 250 };
    const peerWindow = { warmup: 20, steps: window.steps };
    const data = syntheticData(workload);
    const weights = new Set();
    let how = '';
    const runs = workerCounts.map((workers) => ({
      name: ours(workers),
      measure: async () => {
        const run = await timeTrainingRun(workload, data, { workers, mode: 'exact' }, window);
        weights.add(run.weightsSha256);
        how = `${run.variant}, ${run.leaves} leaves a batch`;
        return run.ms;
      },
    }));
    const peers = [];
    for (const threads of threadCounts) {
      const peer = await pytorch(threads);
      if (peer) peers.push({ name: theirs(threads), peer });
    }
    const request = { task: 'step', net: workload, ...sgd, ...peerWindow };
    const peerRuns = peers.map(({ name, peer }) => ({ name, measure: () => peer.ask(request) }));
    const results = await interleave([...runs, ...peerRuns], rounds);
    await Promise.all(peers.map(({ peer }) => peer.close()));

    const measurements = [...results].map(([name, ms]) => {
      return { name, ms, rate: flops / (ms.median * 1e6), unit: 'GFLOP/s' };
    });
    const ratios = [
      ...workerCounts.map((workers) => [ours(workers), theirs(1)]),
      ...workerCounts.slice(1).map((workers) => [ours(1), ours(workers)]),
    ].flatMap(([above = '', below = '']) => {
      const [one, other] = [results.get(above), results.get(below)];
      return one && other ? [{ name: `${above} / ${below}`, value: ratio(one, other) }] : [];
    });
    return {
      measurements,
      ratios,
      tables: [
        {
          title: `A training step of ${workload.title}, batch ${workload.batch}, SGD with momentum (${how})`,
          header: ['', 'ms/step', 'steps/s', 'samples/s', 'GFLOP/s', 'spread'],
          rows: measurements.map(({ name, ms, rate }) => [
            name,
            digits(ms.median),
            digits(1000 / ms.median),
            digits((1000 * workload.batch) / ms.median),
            digits(rate),
            percent(spread(ms)),
          ]),
          notes: [
            `medians of ${rounds} rounds in turns, ${window.steps} steps each, warm`,
            `all runs of dltrain ended in the same weights: ${weights.size === 1 ? 'yes' : 'NO'}`,
          ],
        },
        {
          title: 'Ratios of times, taken round by round',
          header: ['', 'median', 'quartiles'],
          rows: ratios.map(({ name, value }) => [
            name,
            digits(value.median),
            `${digits(value.low)} to ${digits(value.high)}`,
          ]),
        },
      ],
    };
  },
};
