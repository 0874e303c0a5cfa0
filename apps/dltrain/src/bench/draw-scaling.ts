import type { Tick } from '../plot/axis.js';
import { renderFigure } from '../plot/figure.js';
import type { Chart, Series } from '../plot/figure.js';
import type { Result } from './compare.js';

/** Of what is compared with. */
const idealColor = '#8c8c8c';

/** The same in every picture; waiting and the rest, which are no work, are grey. */
const phaseColors: Readonly<Record<string, string>> = {
  pack: '#e69f00',
  forward: '#0072b2',
  backward: '#56b4e9',
  merge: '#cc79a7',
  wait: '#d9d9d9',
  reduce: '#009e73',
  update: '#d55e00',
  commit: '#f0e442',
  other: '#8c8c8c',
};
/** How much of its place a bar takes. */
const barWidth = 0.7;

/**
 * The speed-up of each group of settings against the number of workers, with the line that ideal
 * scaling would be on; then, group by group, the shares of a step's time that its phases take.
 */
export function drawScaling(
  results: readonly Result[],
  { isWeak }: { readonly isWeak: boolean },
): string {
  const groups = [...new Set(results.map(({ setting }) => setting.group))].map((group) =>
    results.filter(({ setting }) => setting.group === group),
  );
  const charts = [
    speedUpChart(groups, isWeak),
    ...groups.map((group) => shareChart(group, isWeak)),
  ];
  return renderFigure(charts, {
    title: `${isWeak ? 'Weak' : 'Strong'} scaling`,
    columns: Math.min(3, charts.length),
    chartWidth: 400,
    chartHeight: 320,
  });
}

function speedUpChart(groups: readonly (readonly Result[])[], isWeak: boolean): Chart {
  const all = groups.flat();
  const counts = [...new Set(all.map(({ setting }) => setting.workers))].sort((a, b) => a - b);
  const [least = 1, most = 1] = [counts[0], counts.at(-1)];
  const ideal = { x: [least, most], y: [1, most / least] };
  const lines = groups.map((group): Series => ({
    label: batchName(group, isWeak),
    x: group.map(({ setting }) => setting.workers),
    y: group.map(({ speedUp }) => speedUp),
    points: true,
  }));
  const highest = Math.max(most / least, ...all.map(({ speedUp }) => speedUp));
  const room = (most - least) / 20 || 1;
  const ticks = spaced(
    all.map((result) => ({ value: result.setting.workers, label: workersName(result) })),
    room,
  );
  return {
    title: 'Speed-up',
    subtitle: `samples a second, in those of ${least} ${least === 1 ? 'worker' : 'workers'}`,
    series: [...lines, { label: 'ideal', ...ideal, color: idealColor }],
    x: { label: workersLabel(all), domain: [least - room, most + room], ticks },
    y: { domain: [0, 1.05 * highest] },
  };
}

function shareChart(group: readonly Result[], isWeak: boolean): Chart {
  const places = group.map((_, i) => i);
  const sums = group.map(() => 0);
  const shareOf = ({ mean }: Result, name: string): number =>
    (100 * (mean.phasesMs[name] ?? 0)) / mean.stepMs;
  const stacked = Object.entries(phaseColors).map(([name, color]): Series => {
    const from = [...sums];
    group.forEach((result, i) => {
      sums[i] = (sums[i] ?? 0) + shareOf(result, name);
    });
    return { label: name, x: places, y: [...sums], bars: { from, width: barWidth }, color };
  });
  return {
    title: `Phases of a step, ${batchName(group, isWeak)}`,
    subtitle: 'shares of its time, means over ranks',
    series: stacked,
    x: {
      label: workersLabel(group),
      domain: [-0.5, group.length - 0.5],
      ticks: group.map((result, value) => ({ value, label: workersName(result) })),
    },
    y: { label: '%', domain: [0, 100] },
  };
}

function batchName([first]: readonly Result[], isWeak: boolean): string {
  return `batch ${first?.setting.group ?? 0}${isWeak ? ' a worker' : ''}`;
}

function workersName({ setting, isBeyondCores }: Result): string {
  return `${setting.workers}${isBeyondCores ? '*' : ''}`;
}

function workersLabel(results: readonly Result[]): string {
  return results.some(({ isBeyondCores }) => isBeyondCores)
    ? 'workers (* more than cores)'
    : 'workers';
}

/** Those that are not too near to the one before to be read. */
function spaced(ticks: readonly Tick[], room: number): Tick[] {
  const kept: Tick[] = [];
  for (const tick of [...ticks].sort((a, b) => a.value - b.value)) {
    const last = kept.at(-1);
    if (last === undefined || tick.value - last.value >= room) kept.push(tick);
  }
  return kept;
}
