import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/command.js';
import { nodesAtHand } from '../support/nodes.js';
import { isSecondNode } from '../support/second-node.js';
import { runCommand } from './command-process.js';
import { killAndResume, undisturbedRun, type Undisturbed } from './killed-run.js';
import { seeded } from './seeded.js';

// kills.js does the same 200 times, to a longer run.

const config = fileURLToPath(new URL('killed-small-run.yaml', import.meta.url));
const folder = temporaryFolder();
let undisturbed: Undisturbed;
beforeAll(async () => {
  undisturbed = await undisturbedRun(config, path.join(folder.path, 'undisturbed'));
});
afterAll(() => {
  folder.remove();
});

describe('a process that is killed at any moment', () => {
  const trials = [
    { seed: 3, kills: 3 },
    { seed: 1, kills: 1 },
    { seed: 2, kills: 1 },
  ];
  // Each goes from one Node to another already.
  it.each(isSecondNode ? trials.slice(0, 1) : trials)(
    'changes no bit and no metric, killed $kills times (seed $seed)',
    async ({ seed, kills }) => {
      const runDirectory = path.join(folder.path, `run-${seed}`);
      const random = seeded(seed);
      const trial = await killAndResume({ config, runDirectory, kills, random, undisturbed });
      expect(trial.killedAfterMs.length).toBeGreaterThan(0);
      expect(trial).toMatchObject({ sameWeights: true, sameMetrics: true });
    },
  );
});

// Windows cannot suspend a process by a signal.
describe.skipIf(process.platform === 'win32')('a process that is suspended', () => {
  it('loses no worker, though it is so for longer than one may take to answer', async () => {
    const [{ path: node }] = nodesAtHand();
    const runDirectory = path.join(folder.path, 'suspended');
    let isSuspended = false;
    const { code, lines, done } = await runCommand({
      node,
      words: [config, '--run-dir', runDirectory, '--workers', '2', 'parallel.worker_timeout=1s'],
      onLine: ({ event }, child) => {
        if (event !== 'validation' || isSuspended) return;
        isSuspended = child.kill('SIGSTOP');
        setTimeout(() => child.kill('SIGCONT'), 2500);
      },
    });
    expect({ code, isSuspended }).toEqual({ code: 0, isSuspended: true });
    expect(lines.filter(({ event }) => event === 'recovery')).toEqual([]);
    expect(done?.weights_sha256).toBe(undisturbed.weightsSha256);
  });
});
