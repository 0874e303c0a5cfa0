import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CheckpointManifest } from './checkpoint-manifest.js';
import { logFault } from './log-fault.js';

const lines = '{"event":"start"}\n{"event":"step","step":4,"loss":1}\n';

let runDir: string;
beforeEach(async () => {
  runDir = await mkdtemp(path.join(tmpdir(), 'dltrain-log-fault-'));
  await writeFile(path.join(runDir, 'events.binpb'), 'four');
  await writeFile(path.join(runDir, 'metrics.jsonl'), `${lines}what came later`);
});
afterEach(() => rm(runDir, { recursive: true }));

/** Of a checkpoint that was taken when the logs were as they are here. */
function fault(step = 4, metrics = lines.length): Promise<string | null> {
  const manifest = { progress: { step }, logs: { events: 4, metrics } };
  return logFault(runDir, manifest as unknown as CheckpointManifest);
}

it('there is none where a log has what it had', async () => {
  expect(await fault()).toBeNull();
  expect(await fault(0, 0)).toBeNull();
});

it('there is one where the log of metrics has other lines there', async () => {
  expect(await fault(3)).toBe('metrics.jsonl of the run was begun anew since');
  expect(await fault(4, lines.length - 1)).toBe('metrics.jsonl of the run was begun anew since');
});

it.each(['events.binpb', 'metrics.jsonl'])('%s is gone, or too short', async (name) => {
  await writeFile(path.join(runDir, name), 'abc');
  expect(await fault()).toMatch(
    new RegExp(`^${name} of the run has 3 of the \\d+ bytes that it had then$`),
  );
  await rm(path.join(runDir, name));
  expect(await fault()).toBe(`${name} of the run is gone`);
});

it.each(['events.binpb', 'metrics.jsonl'])('%s is a folder, however large', async (name) => {
  await rm(path.join(runDir, name));
  await mkdir(path.join(runDir, name));
  expect(await fault(0, 0)).toBe(`${name} of the run is a folder; give a file`);
});

it.skipIf(process.platform === 'win32')('a log cannot be read', async () => {
  await rm(path.join(runDir, 'metrics.jsonl'));
  // A link to itself cannot be opened.
  await symlink('metrics.jsonl', path.join(runDir, 'metrics.jsonl'));
  expect(await fault()).toMatch(/^metrics\.jsonl of the run cannot be opened: ELOOP/);
});
