import { createHash } from 'node:crypto';
import { readlink } from 'node:fs/promises';
import path from 'node:path';
import { FileError } from '@dltrain/core';
import {
  draftSuffix,
  safetensorsPieces,
  writeAtomically,
  type Disk,
  type StateDict,
} from '@dltrain/nn';
import type { LogLengths } from '../events/event-log.js';
import type { ParameterLayout } from '../parameter-layout.js';
import type { GenerationPlace } from '../run-layout.js';
import {
  checkpointManifestName,
  encodeCheckpointManifest,
  type CheckpointFile,
} from './checkpoint-manifest.js';
import {
  checkpointName,
  modelFileName,
  optimizerFileName,
  stepOfName,
} from './checkpoint-names.js';
import type { Identity } from './identity.js';
import type { Progress } from './progress.js';
import { readCheckpointManifest } from './read-checkpoint.js';
import { parametersAt, statesAt, updatesAt } from './snapshot.js';

/** What is the same for all checkpoints of a run. */
export interface CheckpointSubject {
  readonly identity: Identity;
  readonly parameters: ParameterLayout;
  readonly stateNames: readonly string[];
}

/** A moment of a run. */
export interface CheckpointContent {
  readonly progress: Progress;
  /** All that was told until then. */
  readonly logs: LogLengths;
  /** Where weights and states lie; nobody writes there meanwhile. */
  readonly place: GenerationPlace;
}

export interface WrittenCheckpoint {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Writes checkpoints to a directory, so that one that has a manifest is whole, whatever happens and
 * whenever: each file is flushed before it gets its name, and the manifest comes last.
 */
export class CheckpointWriter {
  /** Steps of the checkpoints in the directory, as far as is known. */
  private steps: number[] = [];
  /** Whether nothing in the directory is half written. */
  private isClean = false;

  /** @param keep how many of the newest are kept */
  constructor(
    private readonly directory: string,
    private readonly subject: CheckpointSubject,
    private readonly keep: number,
    private readonly disk: Disk,
  ) {}

  /** The newest checkpoint, as far as this writer knows. */
  get newest(): string | null {
    const step = this.steps.at(-1);
    return step === undefined ? null : checkpointName(step);
  }

  /** @param syncLogs makes the logs as long on the disk as `content.logs` says */
  async write(
    { progress, logs, place }: CheckpointContent,
    syncLogs: () => Promise<void>,
  ): Promise<WrittenCheckpoint> {
    const { disk, subject } = this;
    const { parameters, stateNames, identity } = subject;
    await this.clean();
    const target = path.join(this.directory, checkpointName(progress.step));
    const isThere = this.steps.includes(progress.step);
    try {
      await disk.makeDirectory(target);
      const files = [
        await this.writeTensors(target, modelFileName, parametersAt(place, parameters)),
        await this.writeTensors(target, optimizerFileName, statesAt(place, parameters, stateNames)),
      ];
      const counts = updatesAt(place, parameters);
      const updates = parameters.slots.map(({ name }, i) => ({ name, updates: counts[i] ?? 0 }));
      const manifest = await encodeCheckpointManifest({ progress, identity, files, updates, logs });
      await syncLogs();
      // The logs' names, too, before there is a checkpoint that goes by them.
      await disk.syncDirectory(path.dirname(this.directory));
      await writeAtomically(path.join(target, checkpointManifestName), manifest, disk);
      await disk.syncDirectory(this.directory);
      if (!isThere) this.steps.push(progress.step);
      const bytes = files.reduce((sum, { byteLength }) => sum + byteLength, manifest.length);
      return { path: target, bytes };
    } catch (error) {
      // What is there of it takes room that the next one may need; if it stays, the next finds it.
      this.isClean = false;
      // One that was there stays whole: its weights and states are the same, whichever manifest it has.
      if (!isThere) await Promise.allSettled([this.remove(progress.step)]);
      throw error;
    }
  }

  /** Points the links to the newest and the best checkpoint, and removes those that are not kept. */
  async tidy(best: number | null): Promise<void> {
    const { steps } = this;
    const last = steps.at(-1);
    if (last !== undefined) await this.link('last', last);
    if (best !== null && steps.includes(best)) await this.link('best', best);
    const kept = [...steps.slice(-this.keep), best];
    for (const step of steps.filter((one) => !kept.includes(one))) await this.remove(step);
  }

  /**
   * Removes the checkpoints after a step, which will be made again; no link is left to one of them.
   * @param best the step of the best until then
   * @returns whether there is one of that step
   */
  async removeAfter(step: number, best: number | null): Promise<boolean> {
    const { disk, directory } = this;
    const names = await disk.list(directory);
    const isHere = names.includes(checkpointName(step));
    if (isHere) await this.link('last', step);
    const linked = await stepOfLink(path.join(directory, 'best'));
    if (linked !== null && linked > step) {
      if (best !== null && names.includes(checkpointName(best))) await this.link('best', best);
      else await disk.remove(path.join(directory, 'best'));
    }
    for (const name of names) {
      const later = stepOfName(name);
      if (later !== null && later > step) await this.remove(later);
    }
    this.isClean = false;
    return isHere;
  }

  private link(name: string, step: number): Promise<void> {
    return this.disk.link(checkpointName(step), path.join(this.directory, name));
  }

  /** Without its manifest it is no checkpoint, whatever else is still to be removed. */
  private async remove(step: number): Promise<void> {
    const target = path.join(this.directory, checkpointName(step));
    await this.disk.remove(path.join(target, checkpointManifestName));
    await this.disk.remove(target);
    this.steps = this.steps.filter((one) => one !== step);
  }

  /**
   * Removes what is half written, here or since an earlier process, and notes the steps of the others. One
   * whose manifest is there, but cannot be read, may be whole: it is left alone.
   */
  private async clean(): Promise<void> {
    const { disk, directory } = this;
    if (this.isClean) return;
    await disk.makeDirectory(directory);
    const steps: number[] = [];
    for (const name of await disk.list(directory)) {
      const place = path.join(directory, name);
      const step = stepOfName(name);
      const state = step === null ? null : await stateOf(place);
      if (step !== null && state === 'finished') steps.push(step);
      else if (state === 'unfinished' || name.endsWith(draftSuffix)) await disk.remove(place);
    }
    this.steps = steps.sort((a, b) => a - b);
    this.isClean = true;
  }

  /** Writes tensors piece by piece, and hashes them on the way. */
  private async writeTensors(
    target: string,
    name: string,
    tensors: StateDict,
  ): Promise<CheckpointFile> {
    const { byteLength, pieces } = safetensorsPieces(tensors);
    const hash = createHash('sha256');
    const hashed = function* (): Generator<Uint8Array> {
      for (const piece of pieces) {
        hash.update(piece);
        yield piece;
      }
    };
    await writeAtomically(path.join(target, name), hashed(), this.disk);
    return { name, byteLength, sha256: hash.digest('hex') };
  }
}

/** The step of the checkpoint that a link points to, whether that is there or not; null for other files. */
async function stepOfLink(file: string): Promise<number | null> {
  const [target] = await Promise.allSettled([readlink(file)]);
  return target.status === 'fulfilled' ? stepOfName(path.basename(target.value)) : null;
}

/** A manifest is there as a whole or not at all, as far as writing goes. */
async function stateOf(directory: string): Promise<'finished' | 'unfinished' | 'unreadable'> {
  const [manifest] = await Promise.allSettled([readCheckpointManifest(directory)]);
  if (manifest.status === 'fulfilled') return 'finished';
  const { cause } = manifest.reason as Error;
  return cause instanceof FileError && cause.problem === 'missing' ? 'unfinished' : 'unreadable';
}
