import { nodeDisk, type Disk } from '@dltrain/nn';
import { identityOf, type Identity } from './checkpoint/identity.js';
import { checkIdentity, findResumePoint, restore, type ResumePoint } from './checkpoint/resume.js';
import { checkEvents } from './check-events.js';
import { requests } from './control-block.js';
import { EventQueue } from './event-queue.js';
import { comesWithSteps } from './events/comes-with-steps.js';
import type { TrainEvent, TrainingRun, TrainOptions, TrainResult } from './options.js';
import { AbortedError } from './errors.js';
import { planRun } from './plan.js';
import { prepareRun, type PreparedRun } from './prepare.js';
import { Ranks } from './ranks.js';
import { Regions } from './regions.js';
import { Run } from './run.js';
import type { Emit } from './run-events.js';
import { RunFiles } from './run-files.js';
import { defaultTimeoutMs, patienceOf } from './start-up.js';
import { stoppedUnbuilt } from './stopped-unbuilt.js';

const defaultRestarts = 3;

/** What a run stands on. */
export interface TrainHost {
  /** Where checkpoints, the event log and the weights are written; the disk of this machine when left out. */
  readonly disk?: Disk;
}

/**
 * Trains a model data-parallel on every core, and returns at once: iterate the run for its events,
 * await its `result` for the end. The caller's event loop stays free. When the run fails, the iteration
 * ends by throwing what `result` rejects with; it is enough to look at one of the two.
 *
 * The same options and seed give the same weights, to the bit, for any number of workers.
 *
 * @throws (through `result` and the iteration) OptionsError, ResumeError, RankError, NonFiniteError,
 *   CheckpointError, and what readers of files throw; EventLogError when the log could not be begun, or not
 *   be written to its end, though the weights were then
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
export function train(options: TrainOptions, { disk = nodeDisk }: TrainHost = {}): TrainingRun {
  const events = new EventQueue<TrainEvent>(comesWithSteps);
  const stopping = new AbortController();
  // Whether these are options at all is looked at below, where an error has somewhere to go.
  const asked = (options as TrainOptions | undefined)?.signal;
  const signals = asked instanceof AbortSignal ? [stopping.signal, asked] : [stopping.signal];
  const signal = AbortSignal.any(signals);
  const emit = (event: TrainEvent): void => {
    events.push(event);
  };
  const finish = async (): Promise<TrainResult> => {
    try {
      const done = await conduct(options, disk, signal, emit);
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

/** Prepares a run, hosts its ranks, leads them through it, and cleans up however it ends. */
async function conduct(
  options: TrainOptions,
  disk: Disk,
  signal: AbortSignal,
  emit: Emit,
): Promise<TrainResult> {
  const startedAt = Date.now();
  const plan = planRun(options);
  const regions = new Regions();
  const { parallel = {}, faults = [] } = options;
  const timeoutMs = parallel.workerTimeout ?? defaultTimeoutMs;
  const ranks = new Ranks(plan.workers, {
    timeoutMs,
    onFailure: parallel.onWorkerFailure ?? 'recover',
    maxRestarts: parallel.maxRestarts ?? defaultRestarts,
    isScarce: faults.some(({ kind }) => kind === 'out-of-memory'),
  });
  const release = async (): Promise<void> => {
    // Memory that a thread may write to yet is not for anybody else.
    if (await ranks.close()) regions.free();
  };
  return withCleanUp(release, async () => {
    const patience = { ...patienceOf(timeoutMs), signal };
    let prepared: PreparedRun;
    try {
      prepared = await prepareRun(options, plan, regions, patience);
    } catch (error) {
      if (!(error instanceof AbortedError)) throw error;
      return stoppedUnbuilt(options, startedAt, emit);
    }
    const { control } = prepared;
    await checkEvents(options, prepared);
    // The ranks build their models while this thread begins the files.
    const setUp = ranks.setUp(prepared.orders, control);
    setUp.catch(() => undefined); // it is looked at below
    // Where nothing is written or compared, nobody asks which run this is.
    const isKept = options.runDir !== undefined || Boolean(options.resume);
    const identity = isKept ? await identityOf(options, prepared) : [];
    const resumed = options.resume ? await resume(options.resume, identity, prepared) : null;
    const { runDir } = options;
    const files = runDir === undefined ? null : await RunFiles.create(runDir, resumed, disk);
    const closeFiles = async (): Promise<void> => files?.close();
    return withCleanUp(closeFiles, async () => {
      await untilAborted(signal, setUp);
      // A run that was stopped needs no ranks; one of them may be building its model for long.
      if (signal.aborted) await ranks.close();
      const parts = { options, prepared, ranks, files, identity, resumed, disk, emit, startedAt };
      const run = new Run(parts);
      const requestStop = (): void => {
        control.set('stopRequest', requests.stop);
      };
      signal.addEventListener('abort', requestStop);
      if (signal.aborted) requestStop();
      const endFailed = async (failure: unknown): Promise<void> => {
        await run.dispose();
        signal.removeEventListener('abort', requestStop);
        if (run.ended) return;
        await ranks.close();
        await run.endFailed(failure);
      };
      return withCleanUp(endFailed, () => run.lead());
    });
  });
}

/** Waits for `work`, but no longer than until the signal. */
async function untilAborted(signal: AbortSignal, work: Promise<unknown>): Promise<void> {
  if (signal.aborted) return;
  let leave = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    leave = resolve;
  });
  signal.addEventListener('abort', leave);
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** Puts what a checkpoint holds in force. */
async function resume(
  from: string,
  identity: Identity,
  prepared: PreparedRun,
): Promise<ResumePoint> {
  const point = await findResumePoint(from);
  checkIdentity(point, identity);
  await restore(point, prepared);
  return point;
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
