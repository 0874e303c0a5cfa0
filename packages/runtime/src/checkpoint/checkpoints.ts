import type { Disk } from '@dltrain/nn';
import { CheckpointError } from '../errors.js';
import { diskReason } from '../events/disk-reason.js';
import type { CheckpointOptions } from '../options.js';
import { checkpointName, checkpointsDirectory } from './checkpoint-names.js';
import {
  CheckpointWriter,
  type CheckpointContent,
  type CheckpointSubject,
  type WrittenCheckpoint,
} from './checkpoint-writer.js';
import type { BestCheckpoint, Progress } from './progress.js';

/** What checkpoints want of the run that they are of. */
export interface CheckpointHost {
  /** Steps an epoch. */
  readonly stepsPerEpoch: number;
  /** Makes the event log as long on the disk as it was when asked for its lengths. */
  syncLogs(): Promise<void>;
  /** Asks for a boundary between two steps, soon. */
  pause(): void;
  written(checkpoint: WrittenCheckpoint & CheckpointTold): void;
  warn(message: string): void;
}

export interface CheckpointTold {
  readonly progress: Progress;
  readonly writeMs: number;
  readonly best: boolean;
}

const defaultKeep = 2;

/**
 * When checkpoints are due, and what becomes of those that fail. One is written at a time, while training
 * goes on.
 */
export class Checkpoints {
  private readonly writer: CheckpointWriter;
  /** Steps from one to the next; Infinity where none is due by steps. */
  readonly stepsBetween: number;
  private readonly timer: NodeJS.Timeout | null;
  private isDueByTime = false;
  /** The write under way; never rejects. */
  private writing: Promise<void> | null = null;
  private failure: CheckpointError | null = null;
  /** Whether the run ends for another reason, so that nobody is to be ended by what fails. */
  private isOver = false;
  private best: BestCheckpoint | null;
  /** Steps of the last one that was taken; null where none in the run's directory is. */
  private taken: number | null = null;

  /**
   * @param options null for a run that has a checkpoint only where it is stopped or fails
   * @param resumed where the run goes on from
   */
  constructor(
    runDir: string,
    private readonly options: CheckpointOptions | null,
    subject: CheckpointSubject,
    resumed: Progress | null,
    disk: Disk,
    private readonly host: CheckpointHost,
  ) {
    const { every = null, keep = defaultKeep, monitor = null, mode = 'min' } = options ?? {};
    this.writer = new CheckpointWriter(checkpointsDirectory(runDir), subject, keep, disk);
    const best = resumed?.best ?? null;
    // By another metric, or the other way round, it is no longer the best.
    const isOther = monitor !== null && (best?.monitor !== monitor || best.mode !== mode);
    this.best = isOther ? null : best;
    this.stepsBetween = stepsOf(every, host.stepsPerEpoch);
    const seconds = every !== null && 'seconds' in every ? every.seconds : null;
    this.timer = seconds === null ? null : setInterval(() => this.tick(), seconds * 1000);
    // It keeps nobody from ending.
    this.timer?.unref();
  }

  /**
   * Whether a checkpoint is to be taken now.
   * @throws CheckpointError when one could not be written, and the run is to end then
   */
  async isDue(progress: Progress): Promise<boolean> {
    this.check();
    if (this.options === null) return false;
    // What is the best so far, the write under way may be about to tell.
    if (this.options.monitor && progress.validatedStep === progress.step) await this.writing;
    // That of a run that was stopped before its validation does not know yet that it is the best.
    if (this.isBest(progress)) return true;
    if (progress.step === this.taken) return false;
    const isDueBySteps = progress.step > 0 && progress.step % this.stepsBetween === 0;
    return isDueBySteps || this.isDueByTime;
  }

  /**
   * Begins to write a checkpoint, once the one before is written.
   * @param moment called then: what was told meanwhile, the end of that write above all, is part of it
   */
  async take(moment: () => Promise<CheckpointContent>): Promise<void> {
    await this.writing;
    const since = performance.now();
    const content = await moment();
    this.isDueByTime = false;
    this.taken = content.progress.step;
    this.writing = this.write(content, since).finally(() => {
      this.writing = null;
    });
  }

  /** Writes a checkpoint of a run that ends before its time, unless there is one. */
  async takeLast(moment: () => CheckpointContent): Promise<void> {
    await this.settle();
    const content = moment();
    if (content.progress.step === this.taken) return;
    await this.take(() => Promise.resolve(content));
    await this.settle();
  }

  /** Waits for the write under way; nothing is read from the run's memory afterwards. */
  async settle(): Promise<void> {
    await this.writing;
  }

  /** @throws CheckpointError when one could not be written, and the run is to end then */
  check(): void {
    if (this.failure !== null) throw this.failure;
  }

  /**
   * The run has failed: what could not be written is told from here on, whatever `onError` says, since nobody
   * will check for it.
   */
  runFailed(reason: unknown): void {
    this.isOver = true;
    const { failure } = this;
    if (failure !== null && failure !== reason) this.host.warn(failure.message);
  }

  dispose(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /**
   * Removes the checkpoints after the one that the run goes on from: they will be made again. That one is
   * not here where the run goes on in another directory.
   */
  async beginAfter(step: number): Promise<void> {
    const isHere = await this.writer.removeAfter(step, this.best?.step ?? null);
    this.taken = isHere ? step : null;
  }

  private tick(): void {
    if (this.writing !== null) {
      this.host.warn(
        'a checkpoint came due while the one before was still being written, and was left out; ' +
          'write them less often, or to a faster disk',
      );
      return;
    }
    this.isDueByTime = true;
    this.host.pause();
  }

  /** Whether the validation of this very step gave the best value so far. */
  private isBest({ step, validatedStep, metrics }: Progress): boolean {
    const { monitor = null, mode = 'min' } = this.options ?? {};
    if (monitor === null || validatedStep !== step) return false;
    const value = metrics[monitor] ?? NaN;
    if (this.best === null) return !Number.isNaN(value);
    return mode === 'max' ? value > this.best.value : value < this.best.value;
  }

  private async write(content: CheckpointContent, since: number): Promise<void> {
    const before = content.progress;
    const { monitor = null, mode = 'min' } = this.options ?? {};
    const isBest = this.isBest(before);
    const value = before.metrics[monitor ?? ''] ?? NaN;
    const best =
      isBest && monitor !== null ? { step: before.step, value, monitor, mode } : this.best;
    const progress = { ...before, best };
    try {
      const written = await this.writer.write({ ...content, progress }, () => this.host.syncLogs());
      this.best = best;
      const writeMs = performance.now() - since;
      this.host.written({ ...written, progress, writeMs, best: isBest });
    } catch (error) {
      // At a stop it may be tried once more.
      if (this.taken === before.step) this.taken = null;
      const { newest } = this.writer;
      this.fail(
        `the checkpoint of step ${before.step} could not be written: ${diskReason(error)}; ` +
          (newest === null ? 'there is none before it' : `${newest} is kept`),
        error,
      );
      return;
    }
    try {
      await this.writer.tidy(best?.step ?? null);
    } catch (error) {
      this.fail(
        `${checkpointName(before.step)} is written, but what belongs to older checkpoints could not be ` +
          `put in order: ${diskReason(error)}`,
        error,
      );
    }
  }

  private fail(message: string, cause: unknown): void {
    if (this.isOver || this.options?.onError !== 'stop') {
      this.host.warn(message);
      return;
    }
    this.failure ??= new CheckpointError(message, { cause });
    this.host.pause();
  }
}

/** Infinity for none, and for times, which are no steps. */
function stepsOf(every: CheckpointOptions['every'] | null, stepsPerEpoch: number): number {
  if (every === null || 'seconds' in every) return Infinity;
  return 'epochs' in every ? every.epochs * stepsPerEpoch : every.batches;
}
