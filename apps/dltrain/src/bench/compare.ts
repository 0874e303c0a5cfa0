import type { Measurement, Round, Setting } from './measure.js';
import { meanTimes, stepTimesOf } from './phases.js';
import type { StepTimes } from './phases.js';

/** A setting as it compares with the others of its group. */
export interface Result {
  readonly setting: Setting;
  /** The median of the rounds, their quartiles, the slowest and the fastest. */
  readonly samplesPerSecond: number;
  readonly quartiles: readonly [number, number];
  readonly range: readonly [number, number];
  /** How many times as fast as with the fewest workers, and that for each worker added. */
  readonly speedUp: number;
  readonly efficiency: number;
  /** Workers that have to share cores say nothing of how the step scales. */
  readonly isBeyondCores: boolean;
  readonly rounds: readonly Round[];
  /** The round whose speed is the median: its times are of one run, so they add up. */
  readonly typical: Round;
  readonly ranks: readonly StepTimes[];
  readonly mean: StepTimes;
}

/** Settings that were not run to their end once have no result. */
export function compare(measured: readonly Measurement[], cores: number): Result[] {
  return measured.flatMap(({ setting, rounds }) => {
    const sorted = bySpeed(rounds);
    const typical = sorted[Math.floor((sorted.length - 1) / 2)];
    const base = measured
      .filter((other) => other.setting.group === setting.group && other.rounds.length > 0)
      .reduce((least, other) => (other.setting.workers < least.setting.workers ? other : least), {
        setting,
        rounds,
      });
    if (typical === undefined) return [];
    const speeds = speedsOf(sorted);
    const median = quantile(speeds, 0.5);
    const speedUp = median / quantile(speedsOf(bySpeed(base.rounds)), 0.5);
    const ranks = typical.timelines.map(stepTimesOf);
    return {
      setting,
      samplesPerSecond: median,
      quartiles: [quantile(speeds, 0.25), quantile(speeds, 0.75)],
      range: [quantile(speeds, 0), quantile(speeds, 1)],
      speedUp,
      efficiency: (speedUp * base.setting.workers) / setting.workers,
      isBeyondCores: setting.workers > cores,
      rounds,
      typical,
      ranks,
      mean: meanTimes(ranks),
    };
  });
}

/** The SHA-256 of weights that runs of one batch size ended with, and under how many workers. */
export interface Hashes {
  readonly batchSize: number;
  /** More than one if runs that must agree did not. */
  readonly found: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Runs of the same batch size must end with the same weights, whatever the workers and the round. */
export function hashesOf(results: readonly Result[]): Hashes[] {
  const sizes = [...new Set(results.map(({ setting }) => setting.batchSize))];
  return sizes.map((batchSize) => {
    const found = new Map<string, Set<number>>();
    for (const { setting, rounds } of results) {
      if (setting.batchSize !== batchSize) continue;
      for (const { weights } of rounds) {
        found.set(weights, (found.get(weights) ?? new Set()).add(setting.workers));
      }
    }
    return { batchSize, found };
  });
}

function bySpeed(rounds: readonly Round[]): Round[] {
  return [...rounds].sort((a, b) => a.samplesPerSecond - b.samplesPerSecond);
}

function speedsOf(rounds: readonly Round[]): number[] {
  return rounds.map(({ samplesPerSecond }) => samplesPerSecond);
}

/** Of numbers in order; between two of them in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return low + (high - low) * (at - Math.floor(at));
}
