import { permutation } from '@dltrain/data';
import { engine } from '@dltrain/core';
import { EarlyStopping } from './early-stopping.js';
import { OptionsError } from './errors.js';
import { EventQueue } from './event-queue.js';
import { describeModel } from './model-lines.js';
import type {
  Duration,
  EndEvent,
  TrainEvent,
  TrainingRun,
  TrainOptions,
  TrainResult,
} from './options.js';
import { prepareRun, type PreparedRun } from './prepare.js';
import { metricName } from './objective.js';
import { Ranks } from './ranks.js';
import { Regions } from './regions.js';
import { RunFiles } from './run-files.js';
import { StepLog } from './step-log.js';
import { copyWeights, encodeWeights } from './weights.js';

/** How often the step log is read. */
const pollMs = 50;
const defaultTimeoutMs = 60_000;

/**
 * Trains a model data-parallel on every core, and returns at once: iterate the run for its events,
 * await its `result` for the end. The caller's event loop stays free.
 *
 * The same options and seed give the same weights, to the bit, for any number of workers.
 *
 * @throws (through `result`) OptionsError, RankError, NonFiniteError, and what readers of files throw
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
  const result = conduct(options, signal, emit).finally(() => {
    events.end();
  });
  // A caller who only iterates learns of a failure from `result`, whenever it is awaited.
  result.catch(() => undefined);
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
  const regions = new Regions();
  let ranks: Ranks | null = null;
  let files: RunFiles | null = null;
  try {
    const prepared = await prepareRun(options, regions);
    const { orders, control } = prepared;
    files = options.runDir === undefined ? null : await RunFiles.create(options.runDir);
    ranks = new Ranks(orders, control, options.parallel?.workerTimeout ?? defaultTimeoutMs);
    await ranks.setUp();
    const run = new Run(options, prepared, ranks, files, emit, startedAt);
    const requestStop = (): void => {
      control.set('stopRequest', 1);
    };
    signal.addEventListener('abort', requestStop);
    if (signal.aborted) requestStop();
    try {
      return await run.lead();
    } catch (error) {
      // The last commit is whole, whatever happened after it.
      if (control.get('steps') > 0) await run.end('failed');
      throw error;
    } finally {
      signal.removeEventListener('abort', requestStop);
      run.dispose();
    }
  } finally {
    await ranks?.close();
    await files?.close();
    regions.free();
  }
}

/** A run under way, led from the main thread: which steps, when to validate, when to end. */
class Run {
  private readonly metricNames: readonly string[];
  private readonly stepLog: StepLog;
  private readonly poll: NodeJS.Timeout;
  private readonly metrics: Record<string, number> = {};
  private step = 0;
  private trainedSamples = 0;
  private trainingMs = 0;

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
    const { totalSteps, stepsPerEpoch, orders, control } = this.prepared;
    const stopping = EarlyStopping.of(this.options.earlyStopping);
    const every = validationInterval(this.options.trainer.valEvery, stepsPerEpoch);
    this.announce();
    if (totalSteps === 0 && orders.splits.val !== undefined) await this.evaluate('val');
    let reason: EndEvent['reason'] | null = totalSteps === 0 ? 'completed' : null;
    while (reason === null) {
      const epoch = Math.floor(this.step / stepsPerEpoch);
      const stepOfEpoch = this.step % stepsPerEpoch;
      if (stepOfEpoch === 0) this.writeOrder(epoch);
      const nextValidation = (Math.floor(this.step / every) + 1) * every;
      const end = Math.min(totalSteps, (epoch + 1) * stepsPerEpoch, nextValidation);
      const since = performance.now();
      const segment = { epoch: epoch + 1, step: this.step, stepOfEpoch, count: end - this.step };
      this.step += await this.ranks.train(segment);
      this.trainingMs += performance.now() - since;
      this.passOnSteps();
      if (control.get('stop') !== 0) {
        reason = 'stopped';
      } else if (this.step === nextValidation || this.step === totalSteps) {
        if (orders.splits.val !== undefined) await this.evaluate('val');
        if (stopping.shouldStop(this.metrics)) reason = 'early_stopping';
      }
      if (this.step === totalSteps) reason ??= this.isCutShort() ? 'max_steps' : 'completed';
    }
    if (reason !== 'stopped' && orders.splits.test !== undefined) await this.evaluate('test');
    return this.end(reason);
  }

  /** Saves the weights in force and reports how the run ended. */
  async end(reason: EndEvent['reason']): Promise<TrainResult> {
    const { stepsPerEpoch, control } = this.prepared;
    this.passOnSteps();
    const weights = copyWeights(this.prepared);
    const { bytes, sha256 } = encodeWeights(weights);
    await this.files?.writeWeights(bytes, sha256, control.get('steps'), this.prepared.orders);
    const summary = {
      reason,
      steps: control.get('steps'),
      epochs: Math.ceil(control.get('steps') / stepsPerEpoch),
      elapsedMs: Date.now() - this.startedAt,
      samplesPerSecond: this.trainingMs > 0 ? this.trainedSamples / (this.trainingMs / 1000) : 0,
      weightsSha256: sha256,
      metrics: { ...this.metrics },
    };
    this.report({ event: 'end', ...summary });
    return { ...summary, weights, runDir: this.options.runDir ?? null };
  }

  dispose(): void {
    clearInterval(this.poll);
  }

  private announce(): void {
    const { orders, model, totalSteps, stepsPerEpoch, parameters } = this.prepared;
    const samples = (split: 'train' | 'val' | 'test') => orders.splits[split]?.length ?? 0;
    this.report({
      event: 'start',
      name: this.options.name ?? 'run',
      seed: orders.seed,
      workers: orders.workers,
      leaves: orders.leaves,
      variant: orders.kernels.variant,
      parameters: parameters.slots.reduce((sum, { count }) => sum + count, 0),
      model: describeModel(model, this.options.model),
      samples: { train: samples('train'), val: samples('val'), test: samples('test') },
      stepsPerEpoch,
      maxSteps: totalSteps,
    });
  }

  private async evaluate(split: 'val' | 'test'): Promise<void> {
    const { orders, stepsPerEpoch } = this.prepared;
    const [loss = NaN, ...values] = await this.ranks.evaluate(split);
    const metrics = { loss, ...this.named(values) };
    for (const [name, value] of Object.entries(metrics)) this.metrics[`${split}_${name}`] = value;
    this.report({
      event: 'validation',
      split,
      step: this.step,
      epoch: Math.ceil(this.step / stepsPerEpoch),
      samples: orders.splits[split]?.length ?? 0,
      elapsedMs: Date.now() - this.startedAt,
      metrics,
    });
  }

  /** The order of an epoch's samples, where every rank reads it. */
  private writeOrder(epoch: number): void {
    const { orders, trainIndices } = this.prepared;
    const order = new Int32Array(engine().memory, orders.layout.order, trainIndices.length);
    if (this.options.data.shuffle ?? true) {
      const shuffled = permutation(trainIndices.length, orders.seed, epoch);
      shuffled.forEach((from, position) => {
        order[position] = trainIndices[from] ?? 0;
      });
    } else {
      order.set(trainIndices);
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

  private isCutShort(): boolean {
    const { maxEpochs } = this.options.trainer;
    const { totalSteps, stepsPerEpoch } = this.prepared;
    return maxEpochs === undefined || totalSteps < maxEpochs * stepsPerEpoch;
  }
}

/** Steps from one validation to the next. */
function validationInterval(every: Duration | undefined, stepsPerEpoch: number): number {
  if (every === undefined) return stepsPerEpoch;
  if ('epochs' in every) return every.epochs * stepsPerEpoch;
  if ('batches' in every) return every.batches;
  throw new OptionsError(
    ['trainer', 'valEvery'],
    'valEvery in seconds would make the result depend on the speed of the machine; give epochs or batches',
  );
}
