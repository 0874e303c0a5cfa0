import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root } from '../../scripts/workspace.js';
import { trainWithPyTorch } from '../peers/pytorch.js';
import { processTimes } from '../process-times.js';
import { interleave, ratio } from '../statistics.js';
import { startDltrain } from '../training/dltrain.js';
import { largeMlp } from '../workloads/mlp.js';

const command = path.join(root, 'apps/dltrain/dist/bin.js');
const config = path.join(root, 'examples/mnist-mlp.yaml');
const first = `to the first step of workload ${largeMlp.name}`;
const [ours, theirs] = [`dltrain, 2 workers, ${first}`, `PyTorch, 1 thread, ${first}`];

/** @type {import('../suite.js').Suite} */
export const startup = {
  name: 'startup',
  title: 'start-up, and a short run from start to exit',
  run: async ({ quick }) => {
    const epochs = quick ? 1 : 5;
    const peer = (await firstStepOfPyTorch()) === null ? [] : [firstStepOfPyTorch];
    const results = await interleave(
      [
        { name: ours, measure: firstStep },
        ...peer.map((measure) => ({ name: theirs, measure: async () => (await measure()) ?? NaN })),
        {
          name: `dltrain examples/mnist-mlp.yaml, ${epochs} epochs, to the exit`,
          measure: () => wholeRun(epochs),
        },
      ],
      quick ? 1 : 5,
    );
    const [mine, peers] = [results.get(ours), results.get(theirs)];
    const ratios =
      mine && peers ? [{ name: `${ours} / ${theirs}`, value: ratio(mine, peers) }] : [];
    const measurements = [...results].map(([name, ms]) => {
      return { name, ms, rate: 1000 / ms.median, unit: '1/s' };
    });
    return processTimes('From the start of the process', measurements, ratios);
  },
};

async function firstStep() {
  const run = { workload: largeMlp.name, workers: 2, mode: /** @type {const} */ ('exact') };
  const contender = await startDltrain(process.execPath, run);
  await contender.close();
  return contender.startUpMs;
}

/** A few steps, to be exact: they take no time in comparison. */
async function firstStepOfPyTorch() {
  const since = performance.now();
  const contender = await trainWithPyTorch(1, largeMlp);
  if (contender === null) return null;
  await contender.time({ warmMs: 0, ms: 0 });
  const ms = performance.now() - since;
  await contender.close();
  return ms;
}

/** @param {number} epochs */
function wholeRun(epochs) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dltrain-bench-'));
  const args = ['train', config, `trainer.max_epochs=${epochs}`, `output_dir=${folder}`];
  const since = performance.now();
  execFileSync(process.execPath, [command, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ms = performance.now() - since;
  rmSync(folder, { recursive: true, force: true });
  return ms;
}
