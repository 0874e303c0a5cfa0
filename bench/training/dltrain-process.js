/** Trains a workload without end, and times a window of its steps on request. */
import process from 'node:process';
import { train } from '@dltrain/runtime';
import { answerRequests, peakBytes, say } from '../line-answers.js';
import { workloadNamed } from '../workloads/index.js';
import { fingerprintStep, optimizer } from './contender.js';
import { syntheticData } from './samples.js';
import { StepWindow } from './step-window.js';

const {
  workload: name,
  workers,
  mode,
} = /** @type {import('./dltrain.js').DltrainRun} */ (JSON.parse(process.argv[2] ?? ''));
const workload = workloadNamed(name);

/** @type {number | null} */
let fingerprint = null;
/** @type {{ window: StepWindow, resolve: (ms: number) => void } | null} */
let pending = null;

const startedAt = Date.now();
const run = train({
  name: `bench-${name}`,
  data: { train: syntheticData(workload), shuffle: false },
  model: workload.model,
  loss: workload.loss,
  optimizer: { type: 'sgd', ...optimizer },
  trainer: { batchSize: workload.batch, maxSteps: 1e9 },
  // A process that has been paused for long is not to be taken for one that hangs.
  parallel: { workers, mode, workerTimeout: 600_000 },
});
const events = follow();
// An error ends the process, and what it says reaches whoever asked.
void answerRequests(async ({ task, warmMs, ms }) => {
  if (task === 'memory') return { bytes: peakBytes() };
  const mean = await measure({ warmMs: Number(warmMs), ms: Number(ms) });
  return { ms: mean, fingerprint };
}).then(() => run.stop());
await events;
await run.result;

async function follow() {
  const kernels = { variant: '', leaves: 0 };
  for await (const event of run) {
    if (event.event === 'start')
      Object.assign(kernels, { variant: event.variant, leaves: event.leaves });
    if (event.event !== 'step') continue;
    if (event.step === 1) {
      say({ node: process.version, ...kernels, firstStepAt: startedAt + event.elapsedMs });
    }
    if (event.step === fingerprintStep) fingerprint = event.loss;
    const mean = pending?.window.stepEnded(startedAt + event.elapsedMs) ?? null;
    if (mean === null) continue;
    pending?.resolve(mean);
    pending = null;
  }
}

/**
 * @param {import('./step-window.js').Window} window
 * @returns {Promise<number>}
 */
function measure(window) {
  return new Promise((resolve) => {
    pending = { window: new StepWindow(Date.now(), window), resolve };
  });
}
