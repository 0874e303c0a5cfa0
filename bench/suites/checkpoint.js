import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root } from '../../scripts/workspace.js';
import { processTimes } from '../process-times.js';
import { interleave, ratio } from '../statistics.js';

const command = path.join(root, 'apps/dltrain/dist/bin.js');
const config = path.join(root, 'examples/mnist-cnn.yaml');
const without = 'without checkpoints';

/** @type {import('../suite.js').Suite} */
export const checkpoint = {
  name: 'checkpoint',
  title: 'what checkpoints cost examples/mnist-cnn.yaml, from start to exit',
  run: async ({ quick }) => {
    const steps = quick ? 100 : 800;
    const intervals = quick ? [50] : [200, 20];
    const results = await interleave(
      [
        { name: without, measure: () => wholeRun(steps, 'null') },
        ...intervals.map((every) => ({
          name: nameOf(every),
          measure: () => wholeRun(steps, `{every: ${every}ba}`),
        })),
      ],
      quick ? 1 : 5,
    );
    const plain = results.get(without);
    const ratios = intervals.flatMap((every) => {
      const mine = results.get(nameOf(every));
      return mine && plain
        ? [{ name: `${nameOf(every)} / ${without}`, value: ratio(mine, plain) }]
        : [];
    });
    const measurements = [...results].map(([name, ms]) => {
      return { name, ms, rate: steps / (ms.median / 1000), unit: 'steps/s' };
    });
    return processTimes(
      `${steps} steps of examples/mnist-cnn.yaml, start and exit included`,
      measurements,
      ratios,
    );
  },
};

/** @param {number} every steps */
function nameOf(every) {
  return `a checkpoint every ${every} steps`;
}

/**
 * @param {number} steps
 * @param {string} checkpoints the config's section
 */
function wholeRun(steps, checkpoints) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dltrain-bench-'));
  const lengths = [`trainer.max_steps=${steps}`, 'data.test=null', 'data.val=null'];
  const args = [...lengths, `checkpoint=${checkpoints}`, `output_dir=${folder}`];
  const since = performance.now();
  execFileSync(process.execPath, [command, 'train', config, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ms = performance.now() - since;
  rmSync(folder, { recursive: true, force: true });
  return ms;
}
