import { permutation } from '@dltrain/data';
import { engine } from '@dltrain/core';
import { EarlyStopping } from './early-stopping.js';
import { EventQueue } from './event-queue.js';
import type { EndEvent, TrainEvent, TrainingRun, TrainOptions, TrainResult } from './options.js';
import { metricName } from './objective.js';
import { planRun } from './plan.js';
import { prepareRun, type PreparedRun } from './prepare.js';
import { Ranks } from './ranks.js';
import { Regions } from './regions.js';
import { RunFiles } from './run-files.js';
import { StepLog } from './step-log.js';
import type { RankTimeline } from './timeline.js';
import { copyWeights, encodeWeights } from './weights.js';

/** How often the step log is read. */
const pollMs = 50;
const defaultTimeoutMs = 60_000;

/**
 * Trains a model data-parallel on every core, and returns at once: iterate the run for its events,
 * await its `result` for the end. The caller's event loop stays free. When the run fails, the iteration
 * ends by throwing what `result` rejects with; it is enough to look at one of the two.
 *
 * The same options and seed give the same weights, to the bit, for any number of workers.
 *
 * @throws (through `result` and the iteration) OptionsError, RankError, NonFiniteError, and what readers of files throw
 *
 * @example
 * const run = train({
 *   data: { train: datasetFromArrays({ inputs, shape: [4], targets }) },
 *   model: { input: [4], layers: [{ type: 'linear', outFeatures: 3 }] },
 *   loss: 'cross_entropy',
 *   optimizer: { type: 'sgd', lr: 0.1 },
 *   trainer: { batchSize: 32, maxEpochs: 10 },
 * });
 * for await (const event of run) if (event.event === 'validation') console.log(event.metrics);
 * const { weights, weightsSha256 } = await run.result;
 */
export function train(options: TrainOptions): TrainingRun {
  const events = new EventQueue<TrainEvent>((event) => event.event === 'step');
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, ...(options.signal ? [options.signal] : [])]);
  const emit = (event: TrainEvent): void => {
    events.push(event);
  };
  const finish = async (): Promise<TrainResult> => {
    try {
      const done = await conduct(options, signal, emit);
      events.end();
      return done;
    } catch (error) {
      // Whoever iterates is told there, and need not await `result` as well.
      if (events.fail(error)) result.catch(() => undefined);
      throw error;
    }
  };
  const result = finish();
  return {
    result,
    stop: () => {
      stopping.abort();
    },
    [Symbol.asyncIterator]: () => events[Symbol.asyncIterator](),
  };
}

type Emit = (event: TrainEvent) => void;

/** Prepares a run, hosts its ranks, leads them through it, and cleans up however it ends. */
async function conduct(
  options: TrainOptions,
  signal: AbortSignal,
  emit: Emit,
): Promise<TrainResult> {
  const startedAt = Date.now();
  const plan = planRun(options);
  const regions = new Regions();
  const ranks = new Ranks(plan.workers, options.parallel?.workerTimeout ?? defaultTimeoutMs);
  const release = async (): Promise<void> => {
    await ranks.close();
    regions.free();
  };
  return withCleanUp(release, async () => {
    const prepared = await prepareRun(options, plan, regions);
    const files = options.runDir === undefined ? null : await RunFiles.create(options.runDir);
    const closeFiles = async (): Promise<void> => files?.close();
    return withCleanUp(closeFiles, async () => {
      await ranks.setUp(prepared.orders, prepared.control);
      const run = new Run(options, prepared, ranks, files, emit, startedAt);
      const { control } = prepared;
      const requestStop = (): void => {
        control.set('stopRequest', 1);
      };
      signal.addEventListener('abort', requestStop);
      if (signal.aborted) requestStop();
      const endFailed = async (failure: unknown): Promise<void> => {
        run.dispose();
        signal.removeEventListener('abort', requestStop);
        if (run.ended) return;
        // Once nobody can commit any more: the last commit is whole, whatever happened after it.
        await ranks.close();
        await run.end('failed', failure);
      };
      return withCleanUp(endFailed, () => run.lead());
    });
  });
}

/**
 * Runs `work` and then `cleanUp`, whether it succeeded or not; `cleanUp` is given what `work` threw.
 * @throws what `work` threw; joined with what `cleanUp` threw when both did
 */
async function withCleanUp<T>(
  cleanUp: (failure: unknown) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const [outcome] = await Promise.allSettled([work()]);
  const failure: unknown = outcome.status === 'rejected' ? outcome.reason : null;
  const [cleaned] = await Promise.allSettled([cleanUp(failure)]);
  if (outcome.status === 'fulfilled') {
    if (cleaned.status === 'rejected') throw cleaned.reason;
    return outcome.value;
  }
  if (cleaned.status === 'fulfilled') throw outcome.reason;
  const errors = [outcome.reason, cleaned.reason] as readonly unknown[];
  throw new AggregateError(errors, errors.map(String).join('; and then '));
}

function describeError(error: unknown): NonNullable<EndEvent['error']> {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

/** A run under way, led from the main thread: which steps, when to validate, when to end. */
class Run {
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
   * Trains to the end of the epoch, or to the next validation or look at the layers.
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
    const end = Math.min(totalSteps, (epoch + 1) * stepsPerEpoch, nextValidation, nextLook);
    const since = performance.now();
    const segment = { epoch: epoch + 1, step: this.step, stepOfEpoch, count: end - this.step };
    try {
      this.step += await this.ranks.train(segment);
    } finally {
      this.trainingMs += performance.now() - since;
      this.passOnSteps();
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
    for (const { time, gradNorm, metrics, ...record } of this.stepLog.read()) {
      this.trainedSamples += record.samples;
      this.report({
        event: 'step',
        ...record,
        elapsedMs: time - this.startedAt,
        gradNorm: Number.isNaN(gradNorm) ? null : gradNorm,
        metrics: this.named(metrics),
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
