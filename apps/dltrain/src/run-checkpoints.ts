/** What the command needs of the runtime's checkpoints. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DltrainError } from '@dltrain/core';

/** A checkpoint that a run cannot go on from. */
export class ResumeError extends DltrainError {}

/** The checkpoints of a run, newest first, each with what is wrong with it. */
export function listCheckpoints(
  runDirectory: string,
): Promise<readonly { step: number; path: string; problem: string | null }[]> {
  const folder = join(runDirectory, 'checkpoints');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return Promise.resolve([]);
  }
  const found = readdirSync(folder).flatMap((name) => {
    const digits = /^step-(\d+)$/.exec(name)?.[1];
    if (digits === undefined) return [];
    const path = join(folder, name);
    const hasManifest = statSync(join(path, 'manifest.binpb'), { throwIfNoEntry: false })?.isFile();
    return [{ step: Number(digits), path, problem: hasManifest ? null : 'it has no manifest' }];
  });
  return Promise.resolve(found.sort((a, b) => b.step - a.step));
}
