import { engine } from '@dltrain/core';
import { permutation } from '@dltrain/data';
import { EarlyStopping } from './early-stopping.js';
import { metricName } from './objective.js';
import type { EndEvent, TrainEvent, TrainOptions, TrainResult } from './options.js';
import type { PreparedRun } from './prepare.js';
import type { Ranks } from './ranks.js';
import type { RunFiles } from './run-files.js';
import { StepLog } from './step-log.js';
import type { RankTimeline } from './timeline.js';
import { copyWeights, encodeWeights, hashesOf } from './weights.js';

/** How often the step log is read. */
const pollMs = 50;

export type Emit = (event: TrainEvent) => void;

function describeError(error: unknown): NonNullable<EndEvent['error']> {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

/** A run under way, led from the main thread: which steps, when to validate, when to end. */
export class Run {
  /** Whether the end was reported. */
  ended = false;
  private readonly metricNames: readonly string[];
  private readonly stepLog: StepLog;
  private readonly poll: NodeJS.Timeout;
  private readonly metrics: Record<string, number> = {};
  private step = 0;
  private trainedSamples = 0;
  private trainingMs = 0;
  private timelines: readonly RankTimeline[] = [];

  constructor(
    private readonly options: TrainOptions,
    private readonly prepared: PreparedRun,
    private readonly ranks: Ranks,
    private readonly files: RunFiles | null,
    private readonly emit: Emit,
    private readonly startedAt: number,
  ) {
    const { orders, control } = prepared;
    this.metricNames = orders.metrics.map(metricName);
    this.stepLog = new StepLog(
      control,
      engine().memory,
      orders.layout.stepLog,
      orders.metrics.length,
    );
    this.poll = setInterval(() => {
      this.passOnSteps();
    }, pollMs);
  }

  /** Epochs of segments; after each segment, perhaps, a validation. */
  async lead(): Promise<TrainResult> {
    const { orders, plan } = this.prepared;
    const { totalSteps } = plan;
    const { earlyStopping } = this.options;
    const stopping = earlyStopping ? new EarlyStopping(earlyStopping) : null;
    this.announce();
    this.ranks.follow((recovery) => {
      this.passOnSteps();
      this.report({ event: 'recovery', ...recovery, elapsedMs: Date.now() - this.startedAt });
    });
    let reason: EndEvent['reason'] | null = null;
    if (totalSteps === 0) {
      await this.evaluate('val');
      reason = 'completed';
    }
    if (totalSteps > 0) await this.lookAtLayers();
    while (reason === null && !this.isStopped()) {
      const nextValidation = await this.trainSegment();
      const isLast = this.step === totalSteps;
      await this.lookAtLayers();
      if (this.step === nextValidation || isLast) {
        await this.evaluate('val');
        if (!this.isStopped() && stopping?.shouldStop(this.metrics)) reason = 'early_stopping';
      }
      if (isLast) reason ??= plan.isCutShort ? 'max_steps' : 'completed';
    }
    await this.evaluate('test');
    if (orders.timeline !== null) this.timelines = await this.ranks.timelines();
    return this.end(this.isStopped() || reason === null ? 'stopped' : reason);
  }

  /** Saves the weights in force and reports how the run ended. */
  async end(reason: EndEvent['reason'], failure: unknown = null): Promise<TrainResult> {
    const { plan, control, orders } = this.prepared;
    this.ended = true;
    this.passOnSteps();
    const steps = control.get('steps');
    const weights = copyWeights(this.prepared);
    const { bytes, sha256 } = encodeWeights(weights);
    await this.files?.writeWeights(bytes, sha256, steps, orders);
    const summary = {
      reason,
      steps,
      epochs: Math.ceil(steps / plan.stepsPerEpoch),
      elapsedMs: Date.now() - this.startedAt,
      samplesPerSecond: this.trainingMs > 0 ? this.trainedSamples / (this.trainingMs / 1000) : 0,
      weightsSha256: sha256,
      metrics: { ...this.metrics },
    };
    const error = failure === null ? {} : { error: describeError(failure) };
    this.report({ event: 'end', ...summary, ...error });
    const { sharedBytes } = this.prepared;
    const { timelines } = this;
    return { ...summary, weights, runDir: this.options.runDir ?? null, timelines, sharedBytes };
  }

  dispose(): void {
    clearInterval(this.poll);
  }

  private announce(): void {
    const { orders, plan, modelLines, parameters } = this.prepared;
    const samples = (split: 'train' | 'val' | 'test') => orders.splits[split]?.length ?? 0;
    this.report({
      event: 'start',
      name: this.options.name ?? 'run',
      seed: orders.seed,
      workers: orders.workers,
      leaves: orders.leaves,
      variant: orders.kernels.variant,
      parameters: parameters.slots.reduce((sum, { count }) => sum + count, 0),
      model: modelLines,
      samples: { train: samples('train'), val: samples('val'), test: samples('test') },
      stepsPerEpoch: plan.stepsPerEpoch,
      maxSteps: plan.totalSteps,
    });
  }

  /**
   * Trains to the end of the epoch, or to the next validation or look at the layers; a step where the
   * weights are hashed after each.
   * @returns the step after which the next validation is due
   */
  private async trainSegment(): Promise<number> {
    const { stepsPerEpoch, totalSteps, validateEvery, statisticsEvery } = this.prepared.plan;
    const epoch = Math.floor(this.step / stepsPerEpoch);
    const stepOfEpoch = this.step % stepsPerEpoch;
    if (stepOfEpoch === 0) this.writeOrder(epoch);
    const after = (every: number) => (Math.floor(this.step / every) + 1) * every;
    const nextValidation = after(validateEvery);
    const nextLook = statisticsEvery === Infinity ? Infinity : after(statisticsEvery);
    const nextHash = this.options.hashWeights === true ? this.step + 1 : Infinity;
    const epochEnd = (epoch + 1) * stepsPerEpoch;
    const end = Math.min(totalSteps, epochEnd, nextValidation, nextLook, nextHash);
    const since = performance.now();
    const segment = { epoch: epoch + 1, step: this.step, stepOfEpoch, count: end - this.step };
    try {
      this.step += await this.ranks.train(segment);
    } finally {
      this.trainingMs += performance.now() - since;
      this.passOnSteps();
    }
    if (this.step === nextHash) {
      const hashes = hashesOf(copyWeights(this.prepared));
      this.report({ event: 'weights', step: this.step, ...hashes });
    }
    return nextValidation;
  }

  /** Looks at activations and gradients layer by layer, where that is due. */
  private async lookAtLayers(): Promise<void> {
    const { statisticsEvery, stepsPerEpoch, batchSize, epochSamples } = this.prepared.plan;
    if (statisticsEvery === Infinity || this.step % statisticsEvery !== 0 || this.isStopped())
      return;
    // The batch of the last step, whose epoch's order still stands; before the first, that of it.
    const last = Math.max(0, this.step - 1);
    if (this.step === 0) this.writeOrder(0);
    const start = (last % stepsPerEpoch) * batchSize;
    const size = Math.min(batchSize, epochSamples - start);
    const found = await this.ranks.statistics({ step: this.step, start, size });
    if (found === null) return;
    const epoch = Math.ceil(this.step / stepsPerEpoch);
    const elapsedMs = Date.now() - this.startedAt;
    this.report({ event: 'statistics', step: this.step, epoch, elapsedMs, ...found });
  }

  /** Measures on a split, if there is one; a run that was asked to stop leaves it out. */
  private async evaluate(split: 'val' | 'test'): Promise<void> {
    const { orders, plan } = this.prepared;
    const shared = orders.splits[split];
    if (shared === undefined || this.isStopped()) return;
    const means = await this.ranks.evaluate(split);
    if (means === null) return;
    const [loss = NaN, ...values] = means;
    const metrics = { loss, ...this.named(values) };
    for (const [name, value] of Object.entries(metrics)) this.metrics[`${split}_${name}`] = value;
    this.report({
      event: 'validation',
      split,
      step: this.step,
      epoch: Math.ceil(this.step / plan.stepsPerEpoch),
      samples: shared.length,
      elapsedMs: Date.now() - this.startedAt,
      metrics,
    });
  }

  /** The order of an epoch's samples, where every rank reads it. */
  private writeOrder(epoch: number): void {
    const { orders, plan } = this.prepared;
    const { train } = plan.indices;
    const order = new Int32Array(engine().memory, orders.layout.order, train.length);
    if (this.options.data.shuffle ?? true) {
      const shuffled = permutation(train.length, orders.seed, epoch);
      shuffled.forEach((from, position) => {
        order[position] = train[from] ?? 0;
      });
    } else {
      order.set(train);
    }
  }

  private passOnSteps(): void {
    const { parameters } = this.prepared.orders;
    for (const record of this.stepLog.read()) {
      const { time, gradNorm, metrics, nonFinite, leaf, ...step } = record;
      const elapsedMs = time - this.startedAt;
      this.trainedSamples += step.samples;
      this.report({
        event: 'step',
        ...step,
        elapsedMs,
        gradNorm: Number.isNaN(gradNorm) ? null : gradNorm,
        metrics: this.named(metrics),
      });
      if (nonFinite < 0) continue;
      this.report({
        event: 'nonfinite',
        step: step.step,
        parameter: parameters[nonFinite]?.name ?? 'a parameter',
        leaf: leaf < 0 ? null : leaf,
        elapsedMs,
      });
    }
  }

  private report(event: TrainEvent): void {
    this.files?.append(event);
    this.emit(event);
  }

  private named(values: readonly number[]): Record<string, number> {
    return Object.fromEntries(this.metricNames.map((name, i) => [name, values[i] ?? NaN]));
  }

  private isStopped(): boolean {
    return this.prepared.control.get('stopRequest') !== 0;
  }
}
