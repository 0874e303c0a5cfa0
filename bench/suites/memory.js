import process from 'node:process';
import { trainWithPyTorchDdp } from '../peers/pytorch.js';
import { interleave, ratio } from '../statistics.js';
import { digits } from '../table.js';
import { startDltrain } from '../training/dltrain.js';
import { cnn } from '../workloads/cnn.js';

const processes = 2;
const mebibyte = 2 ** 20;
const [ours, theirs] = [
  `dltrain, ${processes} workers in one process`,
  `PyTorch DDP, ${processes} processes together`,
];

/** @type {import('../suite.js').Suite} */
export const memory = {
  name: 'memory',
  title: `peak memory of training workload ${cnn.name}`,
  run: async ({ quick }) => {
    const start = () =>
      startDltrain(process.execPath, { workload: cnn.name, workers: processes, mode: 'exact' });
    const startPeer = () => trainWithPyTorchDdp(processes, cnn);
    const ms = quick ? 500 : 3000;
    const hasPeer = (await peakOf(startPeer, 0)) !== null;
    const results = await interleave(
      [
        { name: ours, measure: async () => (await peakOf(start, ms)) ?? NaN },
        ...(hasPeer
          ? [{ name: theirs, measure: async () => (await peakOf(startPeer, ms)) ?? NaN }]
          : []),
      ],
      quick ? 1 : 5,
    );
    const [mine, peers] = [results.get(ours), results.get(theirs)];
    const ratios =
      mine && peers ? [{ name: `${ours} / ${theirs}`, value: ratio(mine, peers) }] : [];
    return {
      measurements: [],
      bytes: Object.fromEntries(results),
      ratios,
      tables: [
        {
          title: `Peak resident memory of training workload ${cnn.name}`,
          header: ['', 'MiB', 'least', 'most'],
          rows: [...results].map(([name, { median, rounds }]) => [
            name,
            ...[median, Math.min(...rounds), Math.max(...rounds)].map((bytes) =>
              digits(bytes / mebibyte),
            ),
          ]),
          notes: [
            'interpreter and libraries included; what two processes share of those counts twice',
            ...ratios.map(({ name, value }) => `${name}: ${digits(value.median)}`),
          ],
        },
      ],
    };
  },
};

/**
 * @param {() => Promise<import('../training/contender.js').TrainingContender | null>} start
 * @param {number} ms how long to train
 * @returns {Promise<number | null>} bytes
 */
async function peakOf(start, ms) {
  const contender = await start();
  if (contender === null) return null;
  await contender.time({ warmMs: 0, ms });
  const bytes = await contender.peakBytes();
  await contender.close();
  return bytes;
}
