import { timedPhases } from '@dltrain/runtime';
import type { RankTimeline, TimedPhase } from '@dltrain/runtime';

/** What the phases are called in tables, charts and traces. */
export const phaseNames: Readonly<Record<TimedPhase, string>> = {
  packing: 'pack',
  forward: 'forward',
  backward: 'backward',
  merging: 'merge',
  waiting: 'wait',
  reduction: 'reduce',
  update: 'update',
  commit: 'commit',
};

/** Where the time of a mean step went, in milliseconds. */
export interface StepTimes {
  readonly stepMs: number;
  /** By name, in the order of a step; `other` is what lies between the phases, so all add up. */
  readonly phasesMs: Readonly<Record<string, number>>;
}

export function stepTimesOf({ steps, stepMs, phaseMs }: RankTimeline): StepTimes {
  const times = timedPhases.map((phase) => phaseMs[phase] / steps);
  // The sum of what was read apart may differ from the whole in its last bits.
  const other = Math.max(0, stepMs / steps - times.reduce((sum, ms) => sum + ms, 0));
  const named = timedPhases.map((phase, i) => [phaseNames[phase], times[i] ?? 0] as const);
  return { stepMs: stepMs / steps, phasesMs: Object.fromEntries([...named, ['other', other]]) };
}

/** The mean over ranks. */
export function meanTimes(ranks: readonly StepTimes[]): StepTimes {
  const mean = (of: (times: StepTimes) => number): number =>
    ranks.reduce((sum, times) => sum + of(times), 0) / ranks.length;
  const names = Object.keys(ranks[0]?.phasesMs ?? {});
  return {
    stepMs: mean(({ stepMs }) => stepMs),
    phasesMs: Object.fromEntries(
      names.map((name) => [name, mean(({ phasesMs }) => phasesMs[name] ?? 0)]),
    ),
  };
}
