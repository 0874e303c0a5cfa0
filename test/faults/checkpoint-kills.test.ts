import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { newestCheckpoint, train } from '@dltrain/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/command.js';
import { checkpointedRun, watchedDisk } from './killed-writing.js';

// What a disk that fails does to checkpoints is in ../checkpoints/failing-disk.test.ts; here nobody is left to clean up.

const program = fileURLToPath(new URL('killed-writing.js', import.meta.url));
const folder = temporaryFolder();
const operations: string[] = [];
let weights: string;
beforeAll(async () => {
  const disk = watchedDisk((operation) => operations.push(operation));
  const run = train(checkpointedRun(path.join(folder.path, 'undisturbed')), { disk });
  ({ weightsSha256: weights } = await run.result);
});
afterAll(() => {
  folder.remove();
});

describe('a process that is killed in the middle of a checkpoint, or at its end', () => {
  it.each([
    // The second was there.
    ['sync model', 4],
    ['write optimizer', 4],
    ['create manifest', 4],
    ['rename manifest', 4],
    // The third is whole.
    ['link', 6],
    ['remove step', 6],
    // The run is at its end.
    ['sync final model', 6],
    ['rename final manifest', 6],
  ])('can be resumed, before the last %s, from step %i', async (operation, step) => {
    const count = operations.filter((one) => one === operation).length;
    const runDir = path.join(folder.path, `killed at ${operation}`);
    const words = [program, runDir, operation, String(count)];
    const { signal, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
    expect(await newestCheckpoint(runDir)).toMatchObject({ step, problem: null });
    const resumed = await train({ ...checkpointedRun(runDir), resume: runDir }).result;
    expect(resumed.weightsSha256).toBe(weights);
  });
});
