import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
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
    const { step, state, problem } = await readCheckpoint(checkpointDirectory('000001'));
    expect({ step, state, problem }).toEqual({
      step: 1,
      state: 'broken',
      problem: 'it has no manifest: it was not finished, or is no checkpoint',
    });
  });

  it('with a folder for a manifest', async () => {
    const directory = checkpointDirectory('000002');
    mkdirSync(path.join(directory, 'manifest.binpb'));
    const { state, problem } = await readCheckpoint(directory);
    expect(state).toBe('broken');
    expect(problem).toBe('manifest.binpb is a folder; give a file');
  });

  it.skipIf(process.platform === 'win32')(
    'with a pipe for one, on which it does not wait',
    async () => {
      const directory = checkpointDirectory('000003');
      execFileSync('mkfifo', [path.join(directory, 'manifest.binpb')]);
      const { state, problem } = await readCheckpoint(directory);
      expect(state).toBe('broken');
      expect(problem).toMatch(/^manifest\.binpb is no regular file but a pipe/);
    },
  );
});

it.skipIf(process.platform === 'win32')(
  'a checkpoint that cannot be read may be whole',
  async () => {
    const directory = checkpointDirectory('000004');
    // A link to itself cannot be opened, as nothing can while too many files are open.
    symlinkSync('manifest.binpb', path.join(directory, 'manifest.binpb'));
    const { state, problem } = await readCheckpoint(directory);
    expect(state).toBe('unreadable');
    expect(problem).toMatch(/^manifest\.binpb cannot be opened: ELOOP/);
  },
);
