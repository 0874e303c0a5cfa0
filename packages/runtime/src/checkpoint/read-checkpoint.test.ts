import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from './read-checkpoint.js';

const folder = mkdtempSync(path.join(tmpdir(), 'dltrain-read-checkpoint-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function checkpointDirectory(step: string): string {
  const directory = path.join(folder, `step-${step}`);
  mkdirSync(directory);
  return directory;
}

describe('a directory is no checkpoint', () => {
  it('without a manifest', async () => {
    const { step, problem } = await readCheckpoint(checkpointDirectory('000001'));
    expect({ step, problem }).toEqual({
      step: 1,
      problem: 'it has no manifest: it was not finished, or is no checkpoint',
    });
  });

  it('with a folder for a manifest', async () => {
    const directory = checkpointDirectory('000002');
    mkdirSync(path.join(directory, 'manifest.binpb'));
    const { problem } = await readCheckpoint(directory);
    expect(problem).toBe('manifest.binpb is a folder; give a file');
  });

  it.skipIf(process.platform === 'win32')(
    'with a pipe for one, on which it does not wait',
    async () => {
      const directory = checkpointDirectory('000003');
      execFileSync('mkfifo', [path.join(directory, 'manifest.binpb')]);
      const { problem } = await readCheckpoint(directory);
      expect(problem).toMatch(/^manifest\.binpb is no regular file but a pipe/);
    },
  );
});
