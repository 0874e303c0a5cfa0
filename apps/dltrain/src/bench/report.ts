import { alignColumns, formatBytes, formatCount } from '../progress/format.js';
import { hashesOf } from './compare.js';
import type { Hashes, Result } from './compare.js';
import { meanTimes, stepTimesOf } from './phases.js';

/** What a report says besides its results. */
export interface Circumstances {
  readonly isWeak: boolean;
  readonly cores: number;
  readonly steps: number;
  /** Rounds that were asked for. */
  readonly rounds: number;
  /** Whether it was ended before all of them were done. */
  readonly isStopped: boolean;
  /** Whether the weights must agree, as they need not with `mode: fast`. */
  readonly mustAgree: boolean;
}

/** Whether all runs of one batch size ended with the same weights. */
export function haveEqualWeights(results: readonly Result[]): boolean {
  return hashesOf(results).every(({ found }) => found.size === 1);
}

/** Speeds, then where the time of a step goes, then whether the weights agree. */
export function asTable(results: readonly Result[], about: Circumstances): string {
  return [...speedTable(results), '', ...timeTable(results), '', ...notes(results, about), ''].join(
    '\n',
  );
}

function speedTable(results: readonly Result[]): string[] {
  const head = [
    'workers',
    'batch',
    'samples/s',
    'quartiles',
    'speed-up',
    'efficiency',
    'shared',
    'arena',
  ];
  const rows = results.map((result) => {
    const { samplesPerSecond, quartiles, speedUp, efficiency, typical } = result;
    return [
      ...settingCells(result),
      formatCount(samplesPerSecond),
      quartiles.map(formatCount).join(' to '),
      speedUp.toFixed(2),
      percent(efficiency),
      formatBytes(typical.sharedBytes),
      formatBytes(Math.max(...typical.timelines.map((rank) => rank.arenaPeakBytes))),
    ];
  });
  return rightAligned([head, ...rows]);
}

function timeTable(results: readonly Result[]): string[] {
  const names = Object.keys(results[0]?.mean.phasesMs ?? {});
  const rows = results.map((result) => {
    const { stepMs, phasesMs } = result.mean;
    const shares = names.map((name) => percent((phasesMs[name] ?? 0) / stepMs));
    return [...settingCells(result), stepMs.toFixed(3), ...shares];
  });
  return rightAligned([['workers', 'batch', 'ms/step', ...names], ...rows]);
}

function settingCells({ setting, isBeyondCores }: Result): string[] {
  return [`${setting.workers}${isBeyondCores ? '*' : ''}`, String(setting.batchSize)];
}

function notes(results: readonly Result[], about: Circumstances): string[] {
  const { isWeak, cores, steps, rounds, isStopped, mustAgree } = about;
  const counts = results.map((result) => result.rounds.length);
  const done = isStopped
    ? `stopped early: ${Math.min(...counts)} to ${Math.max(...counts)} of ${rounds} rounds`
    : `medians of ${rounds} interleaved rounds`;
  const beyond = results.some(({ isBeyondCores }) => isBeyondCores)
    ? [`* more workers than the ${cores} cores there are: they take turns, and do not scale`]
    : [];
  return [
    `${isWeak ? 'weak' : 'strong'} scaling; ${done} of ${steps} steps, each after ${steps} of warm-up`,
    'times are those of the median round, means over ranks; arena: the most in use by one rank',
    ...beyond,
    ...hashesOf(results).flatMap((hashes) => verdict(hashes, mustAgree)),
  ];
}

function verdict({ batchSize, found }: Hashes, mustAgree: boolean): string[] {
  const [first = ''] = found.keys();
  if (found.size === 1) return [`batch ${batchSize}: the same weights every time: sha256 ${first}`];
  const lines = [...found].map(
    ([hash, workers]) => `  sha256 ${hash} with ${[...workers].join(', ')} workers`,
  );
  const blame = mustAgree
    ? `BATCH ${batchSize}: ${found.size} DIFFERENT WEIGHTS, which must be the same:`
    : `batch ${batchSize}: ${found.size} different weights, as mode: fast may give:`;
  return [blame, ...lines];
}

/** One object with every round and every rank. */
export function asJson(results: readonly Result[], about: Circumstances): string {
  const { isWeak, cores, steps, rounds, isStopped } = about;
  const hashes = hashesOf(results).flatMap(({ found }) => [...found.keys()]);
  const report = {
    event: 'bench',
    scaling: isWeak ? 'weak' : 'strong',
    cores,
    steps,
    warm_up_steps: steps,
    rounds,
    stopped: isStopped,
    results: results.map(resultObject),
    equal_weights: haveEqualWeights(results),
    weights_sha256: [...new Set(hashes)],
  };
  return `${JSON.stringify(report)}\n`;
}

function resultObject(result: Result): object {
  const { setting, samplesPerSecond, quartiles, range, speedUp, efficiency, mean } = result;
  return {
    workers: setting.workers,
    batch_size: setting.batchSize,
    beyond_cores: result.isBeyondCores,
    samples_per_second: samplesPerSecond,
    quartiles,
    range,
    speed_up: speedUp,
    efficiency,
    step_ms: mean.stepMs,
    phases_ms: mean.phasesMs,
    ranks: result.ranks.map(({ stepMs, phasesMs }, rank) => ({
      rank,
      step_ms: stepMs,
      phases_ms: phasesMs,
      arena_peak_bytes: result.typical.timelines[rank]?.arenaPeakBytes ?? 0,
    })),
    shared_bytes: result.typical.sharedBytes,
    rounds: result.rounds.map(({ samplesPerSecond: speed, weights, timelines }) => {
      const times = meanTimes(timelines.map(stepTimesOf));
      return {
        samples_per_second: speed,
        step_ms: times.stepMs,
        phases_ms: times.phasesMs,
        weights_sha256: weights,
      };
    }),
  };
}

function rightAligned(rows: readonly (readonly string[])[]): string[] {
  return alignColumns(rows, new Set(rows[0]?.map((_, i) => i)));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
