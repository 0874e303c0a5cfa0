import { nodeDisk, type Disk } from '@dltrain/nn';
import { beforeEach, expect, it } from 'vitest';
import { CheckpointError } from '../errors.js';
import type { CheckpointOptions } from '../options.js';
import type { CheckpointContent } from './checkpoint-writer.js';
import { Checkpoints } from './checkpoints.js';

const fullDisk: Disk = {
  ...nodeDisk,
  makeDirectory: () => Promise.reject(new Error('ENOSPC: no space left on device')),
};

const content = { progress: { step: 5, metrics: {} } } as unknown as CheckpointContent;

let warnings: string[];
beforeEach(() => {
  warnings = [];
});

/** One was to be written, on a disk that is full. */
async function failedCheckpoints(onError: CheckpointOptions['onError']): Promise<Checkpoints> {
  const host = {
    stepsPerEpoch: 10,
    syncLogs: () => Promise.resolve(),
    pause: () => undefined,
    written: () => undefined,
    warn: (message: string) => void warnings.push(message),
  };
  const subject = { identity: [], parameters: { slots: [], blocks: [], bytes: 0 }, stateNames: [] };
  const options = { every: { batches: 5 }, ...(onError && { onError }) };
  const checkpoints = new Checkpoints('nowhere', options, subject, null, fullDisk, host);
  await checkpoints.take(() => Promise.resolve(content));
  await checkpoints.settle();
  return checkpoints;
}

const problem = /^the checkpoint of step 5 could not be written: ENOSPC/;

it('tell what could not be written, and let the run go on', async () => {
  const checkpoints = await failedCheckpoints('continue');
  expect(warnings).toEqual([expect.stringMatching(problem)]);
  checkpoints.check();
});

it('end the run with it, where they are asked to', async () => {
  const checkpoints = await failedCheckpoints('stop');
  expect(() => checkpoints.check()).toThrow(CheckpointError);
  expect(warnings).toEqual([]);
});

it('tell what was to end the run once that fails of something else', async () => {
  const checkpoints = await failedCheckpoints('stop');
  checkpoints.runFailed(new Error('rank 1 threw'));
  expect(warnings).toEqual([expect.stringMatching(problem)]);
  await checkpoints.takeLast(() => content);
  expect(warnings).toEqual([expect.stringMatching(problem), expect.stringMatching(problem)]);
});

it('do not tell of what the run fails of', async () => {
  const checkpoints = await failedCheckpoints('stop');
  try {
    checkpoints.check();
  } catch (failure) {
    checkpoints.runFailed(failure);
  }
  expect(warnings).toEqual([]);
});
