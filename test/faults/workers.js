/**
 * Lets workers fail in every way, in every phase, and compares what the runs come to with one that nothing
 * happened to: README.md.
 *
 *   node test/faults/workers.js --times 20 --seed 1 --json test/faults/results/workers.json
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import { newestCheckpoint, phases } from '@dltrain/runtime';
import { survive } from '../support/faulted-run.js';
import { kinds, optionsOf, planRuns, stepsBefore } from './planned-runs.js';
import { readWords, say, spread, writeResults } from './report.js';

/** @import { FaultKind, TrainEvent } from '@dltrain/runtime' */
/** @import { Survived } from '../support/faulted-run.js' */
/** @import { PlannedRun } from './planned-runs.js' */

/** A run takes some seconds, or half a minute; one that takes longer than this hangs. */
const longestMs = 180_000;

const { times, seed, json } = readWords('times', 20);
const temporary = mkdtempSync(path.join(tmpdir(), 'dltrain-workers-'));
const undisturbed = await survive(
  optionsOf({ workers: 1, faults: [] }, path.join(temporary, 'undisturbed')),
);
say(`undisturbed: ${undisturbed.weightsSha256}, ${undisturbed.steps} steps`);

const plan = planRuns(times, seed);
/** @type {string[]} */
const problems = [];
/** @type {Map<string, number[]>} */
const recoveryMs = new Map(kinds.map((kind) => [kind, []]));
let unplanned = 0;
for (const [i, planned] of plan.entries()) await disturb(`run ${i + 1} of ${plan.length}`, planned);

const faults = plan.flatMap((planned) => planned.faults);
const figuresOfKinds = kinds.map((kind) => {
  const ofKind = recoveryMs.get(kind) ?? [];
  return { kind, faults: countOf(faults, kind), recoveries: ofKind.length, ...spread(ofKind) };
});
say('\nkind            faults  recoveries    median       p95   largest');
for (const { kind, faults: planned, recoveries, ...ms } of figuresOfKinds) {
  const figures = [ms.median, ms.p95, ms.largest].map((one) => `${one ?? '-'} ms`.padStart(10));
  say(`${kind.padEnd(14)}${cell(planned, 8)}${cell(recoveries, 12)}${figures.join('')}`);
}
say(
  `${plan.length} runs, ${faults.length} faults, ${problems.length} problems; ` +
    `${unplanned} workers were replaced that only were slow`,
);
if (json !== null) {
  writeResults(json, [process.version], {
    ...{ seed, times, weightsSha256: undisturbed.weightsSha256, steps: undisturbed.steps },
    ...{ phases, runs: plan.length, faults: faults.length, problems, unplanned },
    recoveryMs: figuresOfKinds,
  });
}
rmSync(temporary, { recursive: true });
process.exitCode = problems.length === 0 ? 0 : 1;

/**
 * @param {string} name
 * @param {PlannedRun} planned
 */
async function disturb(name, planned) {
  const runDir = mkdtempSync(path.join(temporary, 'run-'));
  const limit = setTimeout(() => {
    say(`${name} hangs: ${JSON.stringify(planned)}`);
    process.exit(1);
  }, longestMs);
  const startedAt = performance.now();
  const found = await survive(optionsOf(planned, runDir)).then(
    async (run) => [...differences(run), ...recoveriesOf(planned, run), ...(await lastOf(runDir))],
    /** @param {unknown} error */ (error) => [String(error)],
  );
  clearTimeout(limit);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const verdict = found.length === 0 ? 'the same' : `DIFFERENT: ${found.join('; ')}`;
  say(`${name}: ${planned.faults.length} faults, ${seconds} s, ${verdict}`);
  if (found.length > 0) problems.push(`${found.join('; ')}: ${JSON.stringify(planned)}`);
  rmSync(runDir, { recursive: true });
}

/** @param {Survived} run */
function differences(run) {
  const compared = {
    weights: run.weightsSha256 === undisturbed.weightsSha256,
    steps: isDeepStrictEqual(run.stepEvents, undisturbed.stepEvents),
    validations: isDeepStrictEqual(validations(run.events), validations(undisturbed.events)),
  };
  return Object.entries(compared).flatMap(([what, same]) => (same ? [] : [`other ${what}`]));
}

/** @param {readonly TrainEvent[]} events */
function validations(events) {
  return events.flatMap((event) =>
    event.event === 'validation' ? [{ ...event, elapsedMs: 0 }] : [],
  );
}

/**
 * Notes how long each recovery took. On a busy machine a worker that is well may not answer in time, and is
 * replaced as well.
 *
 * @param {PlannedRun} planned
 * @param {Survived} run
 * @returns {string[]} faults that nobody noticed
 */
function recoveriesOf({ faults: expected }, { events }) {
  const recoveries = events.filter((event) => event.event === 'recovery');
  const missing = expected.filter((fault) => {
    // A worker that is slow is not replaced.
    if (fault.kind === 'slow') return false;
    const at = recoveries.findIndex(({ step }) => step === stepsBefore(fault));
    const [found] = at < 0 ? [] : recoveries.splice(at, 1);
    if (found !== undefined) recoveryMs.get(fault.kind)?.push(found.recoveryMs);
    return found === undefined;
  });
  unplanned += recoveries.length;
  return missing.map((fault) => `no recovery from ${JSON.stringify(fault)}`);
}

/** @param {string} runDir */
async function lastOf(runDir) {
  const last = await newestCheckpoint(runDir);
  return last?.step === undisturbed.steps ? [] : ['its last checkpoint is not there'];
}

/** @param {readonly { kind: FaultKind }[]} some @param {FaultKind} kind */
function countOf(some, kind) {
  return some.filter((fault) => fault.kind === kind).length;
}

/** @param {number} figure @param {number} width */
function cell(figure, width) {
  return String(figure).padStart(width);
}
