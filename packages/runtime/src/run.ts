import type { Disk } from '@dltrain/nn';
import { checkOptional } from './check-events.js';
import { Checkpoints, type CheckpointHost } from './checkpoint/checkpoints.js';
import type { Identity } from './checkpoint/identity.js';
import type { Progress } from './checkpoint/progress.js';
import type { ResumePoint } from './checkpoint/resume.js';
import { requests } from './control-block.js';
import { EarlyStopping } from './early-stopping.js';
import { CheckpointError } from './errors.js';
import { EpochOrder } from './epoch-order.js';
import { eventText } from './event-text.js';
import type { EndEvent, TrainOptions, TrainResult } from './options.js';
import type { PreparedRun } from './prepare.js';
import type { EvaluatedSplit } from './rank-context.js';
import type { Ranks } from './ranks.js';
import { RunEvents, type Emit } from './run-events.js';
import type { RunFiles } from './run-files.js';
import { startEvent } from './start-event.js';
import type { RankTimeline } from './timeline.js';
import { copyWeights, encodeWeights, hashesOf, weightsInForce } from './weights.js';

/** How often the step log is read. */
const pollMs = 50;

function describeError(error: unknown): NonNullable<EndEvent['error']> {
  return error instanceof Error
    ? { name: error.name, message: eventText(error.message) }
    : { name: 'Error', message: eventText(String(error)) };
}

/** What a run is led with. */
export interface RunParts {
  readonly options: TrainOptions;
  readonly prepared: PreparedRun;
  readonly ranks: Ranks;
  /** Null where nothing is written. */
  readonly files: RunFiles | null;
  readonly identity: Identity;
  /** Where the run goes on from; null from its beginning. */
  readonly resumed: ResumePoint | null;
  readonly disk: Disk;
  readonly emit: Emit;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** A run under way, led from the main thread: which steps, when to validate, when to end. */
export class Run {
  /** Whether the end was reported. */
  ended = false;
  private readonly options: TrainOptions;
  private readonly prepared: PreparedRun;
  private readonly ranks: Ranks;
  private readonly files: RunFiles | null;
  private readonly events: RunEvents;
  private readonly poll: NodeJS.Timeout;
  private readonly checkpoints: Checkpoints | null;
  private readonly stopping: EarlyStopping | null;
  private readonly metrics: Record<string, number> = {};
  private step = 0;
  private trainingMs = 0;
  /** Steps that were done at the last validation and at the last look at the layers. */
  private validatedStep: number | null = null;
  private statisticsStep: number | null = null;
  private readonly order: EpochOrder;
  private isTraining = false;
  private timelines: readonly RankTimeline[] = [];

  constructor(private readonly parts: RunParts) {
    const { options, prepared, ranks, files, resumed, disk, emit } = parts;
    this.options = options;
    this.prepared = prepared;
    this.ranks = ranks;
    this.files = files;
    this.order = new EpochOrder(prepared, options.data.shuffle ?? true);
    const before = resumed?.manifest.progress ?? null;
    const startedAt = before === null ? parts.startedAt : Date.now() - before.elapsedMs;
    this.events = new RunEvents(prepared, files, emit, startedAt);
    const { earlyStopping } = options;
    this.stopping = earlyStopping ? new EarlyStopping(earlyStopping, before?.earlyStopping) : null;
    if (before !== null) this.goOnFrom(before);
    this.checkpoints =
      files === null || options.runDir === undefined
        ? null
        : new Checkpoints(
            options.runDir,
            options.checkpoint ?? null,
            { ...prepared, identity: parts.identity },
            before,
            disk,
            this.checkpointHost(files),
          );
    files?.followOutages(({ message }) => {
      // After its end, a run tells no more; if the outage lasts, the result will.
      if (!this.ended) this.events.warn(`${message}; its events are kept and tried again`);
    });
    this.poll = setInterval(() => {
      this.events.passOnSteps();
    }, pollMs);
  }

  /** From one boundary between steps to the next, where things may be due. */
  async lead(): Promise<TrainResult> {
    const { orders } = this.prepared;
    await this.announce();
    this.ranks.follow((recovery) => {
      this.events.passOnSteps();
      this.events.tell({ event: 'recovery', ...recovery, elapsedMs: this.events.elapsedMs });
    });
    let reason = await this.settleBoundary();
    while (reason === null && !this.isStopped()) {
      await this.trainSegment();
      if (this.options.hashWeights) {
        const weights = weightsInForce(this.prepared);
        this.events.tell({ event: 'weights', step: this.step, ...hashesOf(weights) });
      }
      reason = await this.settleBoundary();
    }
    await this.evaluate('test');
    // Whoever asks from here on comes too late: all is done.
    const isStopped = this.isStopped();
    if (orders.timeline !== null) this.timelines = await this.ranks.timelines();
    if (isStopped) await this.takeLastCheckpoint();
    await this.checkpoints?.settle();
    this.checkpoints?.check();
    return this.end(isStopped || reason === null ? 'stopped' : reason);
  }

  /**
   * Ends a run that failed with what is committed, which is whole whatever happened after it; a checkpoint
   * lets the run be taken up there. Nobody may be at work any more.
   */
  async endFailed(failure: unknown): Promise<void> {
    this.events.passOnSteps();
    this.step = this.prepared.control.get('steps');
    this.checkpoints?.runFailed(failure);
    const isOfCheckpoints = failure instanceof CheckpointError;
    if (this.step > 0 && !isOfCheckpoints) await this.takeLastCheckpoint();
    await this.end('failed', failure);
  }

  /** Saves the weights in force and reports how the run ended. */
  private async end(reason: EndEvent['reason'], failure: unknown = null): Promise<TrainResult> {
    const { plan, control, orders } = this.prepared;
    this.ended = true;
    this.events.passOnSteps();
    const steps = control.get('steps');
    const weights = copyWeights(this.prepared);
    const { bytes, sha256 } = encodeWeights(weights);
    const { identity } = this.parts;
    const [written] = await Promise.allSettled([
      this.files?.writeWeights(bytes, sha256, steps, { orders, identity }),
    ]);
    const unwritten: unknown = written.status === 'rejected' ? written.reason : null;
    const problem = failure ?? unwritten;
    const summary = {
      reason: problem === null ? reason : ('failed' as const),
      steps,
      epochs: Math.ceil(steps / plan.stepsPerEpoch),
      elapsedMs: this.events.elapsedMs,
      samplesPerSecond:
        this.trainingMs > 0 ? this.events.trainedSamples / (this.trainingMs / 1000) : 0,
      weightsSha256: sha256,
      metrics: { ...this.metrics },
    };
    const error = problem === null ? {} : { error: describeError(problem) };
    this.events.tell({ event: 'end', ...summary, ...error });
    if (written.status === 'rejected') throw written.reason;
    const { sharedBytes } = this.prepared;
    const { timelines } = this;
    return { ...summary, weights, runDir: this.options.runDir ?? null, timelines, sharedBytes };
  }

  /** Lets go of timers, and of the memory that is being written to disk. */
  async dispose(): Promise<void> {
    clearInterval(this.poll);
    this.checkpoints?.dispose();
    await this.checkpoints?.settle();
  }

  /** Listeners are told what run it is; its log may know already. */
  private async announce(): Promise<void> {
    const { orders, plan } = this.prepared;
    const { files, resumed, emit } = this.parts;
    const start = startEvent(this.options.name ?? 'run', this.prepared);
    if (files !== null && files.logLengths.events === 0) files.append(start);
    emit(start);
    if (resumed === null) return;
    const { workers } = orders;
    const { step } = this;
    const { elapsedMs } = this.events;
    const epoch = Math.ceil(step / plan.stepsPerEpoch);
    this.events.tell({
      event: 'resume',
      step,
      epoch,
      checkpoint: resumed.path,
      workers,
      elapsedMs,
    });
    for (const message of resumed.warnings) this.events.warn(message);
    if (files === null) return;
    if (resumed.logFault !== null) {
      this.events.warn(
        `the log of the steps before is lost (${resumed.logFault}): a new one begins here`,
      );
    }
    await this.checkpoints?.beginAfter(step);
  }

  /**
   * Does what is due after the steps so far: the look at the layers, the validation, the checkpoint, in
   * this order, so that a checkpoint knows the others. Each remembers the step of its last time, so a run
   * that goes on from here does what was left out, and nothing twice.
   * @returns why the run ends here, or null
   */
  private async settleBoundary(): Promise<EndEvent['reason'] | null> {
    const { plan } = this.prepared;
    const isLast = this.step === plan.totalSteps;
    await this.lookAtLayers();
    const isDue = this.step === 0 ? isLast : isLast || this.step % plan.validateEvery === 0;
    if (isDue && this.validatedStep !== this.step && !this.isStopped()) {
      const isDone = await this.evaluate('val');
      if (isDone) this.validatedStep = this.step;
      if (isDone) this.stopping?.observe(this.metrics);
    }
    if (this.isStopped()) return null;
    await this.takeCheckpoint();
    if (isDue && this.validatedStep === this.step && this.stopping?.isDue) return 'early_stopping';
    // Without a step to do, the run was for the evaluation.
    if (isLast) return plan.isCutShort && this.step > 0 ? 'max_steps' : 'completed';
    return null;
  }

  /** Trains to the end of the epoch, or to the next boundary at which something is due. */
  private async trainSegment(): Promise<void> {
    const { plan, control } = this.prepared;
    const { stepsPerEpoch, totalSteps, validateEvery, statisticsEvery } = plan;
    const { step } = this;
    const epoch = Math.floor(step / stepsPerEpoch);
    this.order.show(epoch);
    const after = (every: number) =>
      every === Infinity ? Infinity : (Math.floor(step / every) + 1) * every;
    const end = Math.min(
      totalSteps,
      (epoch + 1) * stepsPerEpoch,
      after(validateEvery),
      after(statisticsEvery),
      after(this.checkpoints?.stepsBetween ?? Infinity),
      this.options.hashWeights ? step + 1 : Infinity,
    );
    const since = performance.now();
    const stepOfEpoch = step % stepsPerEpoch;
    this.isTraining = true;
    try {
      this.step += await this.ranks.train({
        epoch: epoch + 1,
        step,
        stepOfEpoch,
        count: end - step,
      });
    } finally {
      this.isTraining = false;
      if (control.get('stopRequest') === requests.pause) control.set('stopRequest', requests.goOn);
      this.trainingMs += performance.now() - since;
      this.events.passOnSteps();
    }
  }

  /** Takes a checkpoint, if one is due; it is written while training goes on. */
  private async takeCheckpoint(): Promise<void> {
    const { checkpoints, files } = this;
    const { snapshot } = this.prepared.orders.layout;
    if (checkpoints === null || files === null || snapshot === null || this.isStopped()) return;
    if (!(await checkpoints.isDue(this.progress))) return;
    await checkpoints.take(async () => {
      await this.ranks.snapshot();
      return { progress: this.progress, logs: files.logLengths, place: snapshot };
    });
  }

  /** Nobody trains any more, so what is in force stays as it is. */
  private async takeLastCheckpoint(): Promise<void> {
    const { checkpoints, files } = this;
    if (checkpoints === null || files === null) return;
    const { control, orders } = this.prepared;
    const place = orders.layout.generations[control.generation];
    await checkpoints.takeLast(() => ({
      progress: this.progress,
      logs: files.logLengths,
      place,
    }));
  }

  /** The best checkpoint is for checkpoints to know. */
  private get progress(): Progress {
    const { step, trainingMs, validatedStep, statisticsStep } = this;
    const { trainedSamples, elapsedMs } = this.events;
    const { stepsPerEpoch } = this.prepared.plan;
    return {
      step,
      epoch: Math.floor(step / stepsPerEpoch) + 1,
      stepOfEpoch: step % stepsPerEpoch,
      ...{ trainedSamples, trainingMs, elapsedMs, validatedStep, statisticsStep },
      earlyStopping: this.stopping?.state ?? null,
      best: null,
      metrics: { ...this.metrics },
    };
  }

  private goOnFrom(before: Progress): void {
    this.step = before.step;
    this.events.trainedSamples = before.trainedSamples;
    this.trainingMs = before.trainingMs;
    this.validatedStep = before.validatedStep;
    this.statisticsStep = before.statisticsStep;
    Object.assign(this.metrics, before.metrics);
  }

  private checkpointHost(files: RunFiles): CheckpointHost {
    const { control, plan } = this.prepared;
    return {
      stepsPerEpoch: plan.stepsPerEpoch,
      syncLogs: () => files.syncLogs(),
      pause: () => {
        // Elsewhere a boundary comes soon by itself.
        const isGoing = control.get('stopRequest') === requests.goOn;
        if (this.isTraining && isGoing) control.set('stopRequest', requests.pause);
      },
      written: ({ progress, path, bytes, writeMs, best }) => {
        const { step } = progress;
        const epoch = Math.ceil(step / plan.stepsPerEpoch);
        const { elapsedMs } = this.events;
        this.events.tell({
          event: 'checkpoint',
          step,
          epoch,
          path,
          bytes,
          writeMs,
          best,
          elapsedMs,
        });
      },
      warn: (message) => {
        this.events.warn(message);
      },
    };
  }

  /** Looks at activations and gradients layer by layer, where that is due. */
  private async lookAtLayers(): Promise<void> {
    const { statisticsEvery, stepsPerEpoch, batchSize, epochSamples, totalSteps } =
      this.prepared.plan;
    const { step } = this;
    const isDue = statisticsEvery !== Infinity && step % statisticsEvery === 0 && totalSteps > 0;
    if (!isDue || this.statisticsStep === step || this.isStopped()) return;
    // The batch of the last step; before the first, that of it.
    const last = Math.max(0, step - 1);
    this.order.show(Math.floor(last / stepsPerEpoch));
    const start = (last % stepsPerEpoch) * batchSize;
    const size = Math.min(batchSize, epochSamples - start);
    const found = await this.ranks.statistics({ step, start, size });
    if (found === null) return;
    this.statisticsStep = step;
    const epoch = Math.ceil(step / stepsPerEpoch);
    const { elapsedMs } = this.events;
    const event = { event: 'statistics', step, epoch, elapsedMs, ...found } as const;
    // The first one is told before the first step.
    if (this.files !== null) await checkOptional('statisticsEvery', event);
    this.events.tell(event);
  }

  /**
   * Measures on a split, if there is one; a run that was asked to stop leaves it out.
   * @returns whether it was measured
   */
  private async evaluate(split: EvaluatedSplit): Promise<boolean> {
    const { orders, plan } = this.prepared;
    const shared = orders.splits[split];
    if (shared === undefined || this.isStopped()) return false;
    const means = await this.ranks.evaluate(split);
    if (means === null) return false;
    const [loss = NaN, ...values] = means;
    const metrics = { loss, ...this.events.named(values) };
    for (const [name, value] of Object.entries(metrics)) this.metrics[`${split}_${name}`] = value;
    this.events.tell({
      event: 'validation',
      split,
      step: this.step,
      epoch: Math.ceil(this.step / plan.stepsPerEpoch),
      samples: shared.length,
      elapsedMs: this.events.elapsedMs,
      metrics,
    });
    return true;
  }

  private isStopped(): boolean {
    return this.prepared.control.get('stopRequest') === requests.stop;
  }
}
