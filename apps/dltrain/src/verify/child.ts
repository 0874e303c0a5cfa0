/**
 * Trains one variant of the stretch in a process of its own: `node child.js ORDER`, spawned with an IPC channel,
 * over which it tells what happens. What the user's modules print does not get in between there.
 */
import { DltrainError } from '@dltrain/core';
import { train } from '@dltrain/runtime';
import type { Fault, TrainOptions } from '@dltrain/runtime';
import { prepareRun } from '../config/prepare.js';
import { withoutUndefined } from '../config/names.js';
import { loadFromCommandLine } from '../verbs/train.js';
import type { Message, Order } from './variant.js';

const aliveMs = 10_000;

// Nobody else would end it when the command is gone, even by SIGKILL.
const endAtOnce = (): void => void process.kill(process.pid, 'SIGKILL');
process.once('disconnect', endAtOnce);
if (!process.connected) endAtOnce();

const alive = setInterval(() => {
  // A channel that is gone ends this process.
  tell({ event: 'alive' }).catch(endAtOnce);
}, aliveMs);

try {
  await trainStretch(JSON.parse(process.argv[2] ?? '') as Order);
} catch (error) {
  await tell({ event: 'failed', message: messageOf(error) });
}
clearInterval(alive);
// All was told; whatever a failed run left open must not keep the process.
process.exit();

async function trainStretch({ words, steps, workers, killAt }: Order): Promise<void> {
  const { options } = await prepareRun(loadFromCommandLine(words, String(workers)));
  const run = train(stretchOf(options, faultsOf(workers, killAt)));
  for await (const event of run) {
    if (event.event === 'start' || event.event === 'recovery') await tell(event);
    if (event.event !== 'weights' || event.step > steps) continue;
    await tell(event);
    if (event.step === steps) run.stop();
  }
  await run.result;
}

/**
 * The run as it would begin, so that its schedules go on as if it were to be trained to its end, without what leaves
 * no trace in the weights. Samples that are held out for validation stay held out.
 */
function stretchOf(options: TrainOptions, faults: readonly Fault[]): TrainOptions {
  const { train: samples, val, transforms, shuffle, dropLast } = options.data;
  const held = val !== undefined && 'split' in val ? val : undefined;
  const { trainer, parallel } = options;
  // A worker that fails though nobody killed it is to be heard of.
  const onWorkerFailure = faults.length === 0 ? 'abort' : 'recover';
  return {
    ...options,
    data: withoutUndefined({ train: samples, val: held, transforms, shuffle, dropLast }),
    trainer: { ...trainer, valEvery: { batches: Number.MAX_SAFE_INTEGER } },
    parallel: { ...parallel, onWorkerFailure },
    earlyStopping: null,
    statisticsEvery: null,
    checkpoint: null,
    hashWeights: true,
    faults,
  };
}

/** The last rank has a leaf to compute even where there are more ranks than leaves. */
function faultsOf(workers: number, killAt: number | null): Fault[] {
  if (killAt === null) return [];
  return [{ rank: workers - 1, phase: 'backward', step: killAt, kind: 'exit' }];
}

/** Resolves when the message is on its way. */
async function tell(message: Message): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    if (process.send === undefined) throw new DltrainError('dltrain verify starts this, with IPC');
    process.send(message, undefined, {}, (error: Error | null) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function messageOf(error: unknown): string {
  if (error instanceof DltrainError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
