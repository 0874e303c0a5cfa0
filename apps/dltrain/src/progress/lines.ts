import { join, relative } from 'node:path';
import type {
  CheckpointEvent,
  EndEvent,
  NonFiniteEvent,
  RecoveryEvent,
  ResumeEvent,
  StartEvent,
  StepEvent,
  ValidationEvent,
  WarningEvent,
} from '@dltrain/runtime';
import {
  alignColumns,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatMetric,
  formatShape,
} from './format.js';
import type { Recent } from './recent-steps.js';

/** What is told before the first step: the model, the data, and how the run is carried out. */
export function bannerLines(start: StartEvent, cores: number, runDirectory: string): string[] {
  const table = alignColumns(
    [
      ['layer', 'kind', 'output', 'parameters'],
      ...start.model.map((line) => [
        line.name,
        line.kind,
        line.outputShape === null ? '' : formatShape(line.outputShape),
        line.parameters === 0 ? '' : formatCount(line.parameters),
      ]),
      ['total', '', '', formatCount(start.parameters)],
    ],
    new Set([3]),
  );
  const { train, val, test } = start.samples;
  const sets = [
    `${formatCount(train)} train`,
    `${formatCount(val)} val`,
    `${formatCount(test)} test`,
  ];
  const facts = [
    ['data', sets.filter((set) => !set.startsWith('0 ')).join(', ')],
    ['steps', `${formatCount(start.maxSteps)}, ${formatCount(start.stepsPerEpoch)} an epoch`],
    [
      'workers',
      `${start.workers} on ${cores} ${cores === 1 ? 'core' : 'cores'}, ${start.leaves} leaves a step`,
    ],
    ...idleCores(start, cores),
    ['kernels', start.variant],
    ['seed', String(start.seed)],
    ['run', runDirectory],
  ];
  return [
    start.name,
    ...[...table, '', ...alignColumns(facts)].map((line) => (line === '' ? '' : `  ${line}`)),
    '',
  ];
}

/** What would use the cores for which there are no leaves. */
function idleCores({ workers, leaves }: StartEvent, cores: number): [string, string][] {
  if (workers < leaves || cores <= workers) return [];
  const shards = 2 ** Math.ceil(Math.log2(cores));
  return [
    [
      '',
      `${cores - workers} idle: parallel.shards=${shards} would use them, and change the weights`,
    ],
  ];
}

/** The parts of a line of progress, in the order they are shown. */
export interface ProgressParts {
  readonly epoch: string;
  readonly step: string;
  readonly measures: readonly string[];
  readonly rate: string | null;
  readonly left: string | null;
}

export function progressParts(start: StartEvent, step: StepEvent, recent: Recent): ProgressParts {
  const epochs = Math.ceil(start.maxSteps / start.stepsPerEpoch);
  const known = recent.samplesPerSecond > 0;
  const left = (start.maxSteps - step.step) * recent.millisecondsPerStep;
  return {
    epoch: `epoch ${step.epoch}/${epochs}`,
    step: `step ${formatCount(step.step)}/${formatCount(start.maxSteps)}`,
    measures: [
      `loss ${formatMetric(recent.loss)}`,
      ...Object.entries(recent.metrics).map(([name, value]) => `${name} ${formatMetric(value)}`),
    ],
    rate: known ? `${formatCount(recent.samplesPerSecond)} samples/s` : null,
    left: known ? `${formatClock(left)} left` : null,
  };
}

/** One line of progress for a log. */
export function stepLine(parts: ProgressParts): string {
  const { epoch, step, measures, rate, left } = parts;
  return [epoch, step, ...measures, rate, left].filter((part) => part !== null).join('  ');
}

/** A line whose parts, two spaces apart, go on in further lines where a terminal is too narrow for all. */
export function folded(line: string, columns: number): string {
  const [first = '', ...parts] = line.split('  ');
  const lines = [first];
  for (const part of parts) {
    const longer = `${lines.at(-1) ?? ''}  ${part}`;
    if (longer.length <= columns) lines[lines.length - 1] = longer;
    else lines.push(`  ${part}`);
  }
  return lines.join('\n');
}

export function validationLine(event: ValidationEvent): string {
  const measures = Object.entries(event.metrics).map(
    ([name, value]) => `${event.split}_${name} ${formatMetric(value)}`,
  );
  return [`epoch ${event.epoch}`, `step ${formatCount(event.step)}`, ...measures].join('  ');
}

/** How a line is shown where there are colours. */
export interface Colors {
  readonly dim: (text: string) => string;
  readonly yellow: (text: string) => string;
}

/** For a file, and for streams without colours. */
export const plain: Colors = { dim: String, yellow: String };

/** One line on what a run met with or did to survive. */
export function survivalLine(
  event: ResumeEvent | CheckpointEvent | RecoveryEvent | NonFiniteEvent | WarningEvent,
  { dim, yellow }: Colors,
): string {
  switch (event.event) {
    case 'resume': {
      const { step, checkpoint, workers } = event;
      const threads = `${workers} ${workers === 1 ? 'worker' : 'workers'}`;
      return `resumed after step ${formatCount(step)} with ${threads} from ${shownPath(checkpoint)}`;
    }
    case 'checkpoint': {
      const { step, bytes, writeMs, best } = event;
      const size = `${formatBytes(bytes)} in ${formatDuration(writeMs)}`;
      return dim(
        `checkpoint of step ${formatCount(step)}, ${size}${best ? ', the best so far' : ''}`,
      );
    }
    case 'recovery': {
      const { step, rank, reason, restarts, recoveryMs } = event;
      const count = `replaced in ${formatDuration(recoveryMs)} (restart ${restarts})`;
      const next = `going on after step ${formatCount(step)}`;
      return yellow(`worker ${rank} was lost, ${count}, ${next}: ${firstLine(reason)}`);
    }
    case 'nonfinite': {
      const { step, parameter, leaf } = event;
      const where = leaf === null ? '' : `, first in leaf ${leaf}`;
      return yellow(
        `step ${formatCount(step)} left the weights as they were: the gradient of ${parameter} is not finite${where}`,
      );
    }
    case 'warning':
      return yellow(`warning: ${event.message}`);
  }
}

/** A path as it is shorter from here. */
function shownPath(path: string): string {
  const here = relative('', path);
  return here.startsWith('..') ? path : join('.', here);
}

/** A reason may bring its stack along. */
function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

const reasons: Readonly<Record<EndEvent['reason'], string>> = {
  completed: 'completed',
  max_steps: 'reached max_steps',
  early_stopping: 'stopped early',
  stopped: 'stopped',
  failed: 'failed',
};

/** What a person wants to know at the end. */
export function summaryLines(
  name: string,
  end: Omit<EndEvent, 'event'>,
  recent: Recent,
  runDirectory: string,
): string[] {
  const steps = `${formatCount(end.steps)} ${end.steps === 1 ? 'step' : 'steps'}`;
  // Without validation and test sets, the loss of the last steps is all there is to tell.
  const told = Object.keys(end.metrics).length > 0 || end.steps === 0;
  const metrics = told ? end.metrics : { train_loss: recent.loss };
  const rows = Object.entries(metrics).map(([key, value]) => [key, formatMetric(value)]);
  if (recent.leftOut > 0) rows.push(['steps left out', formatCount(recent.leftOut)]);
  rows.push(['samples/s', formatCount(end.samplesPerSecond)], ['run', runDirectory]);
  return [
    `${name}: ${reasons[end.reason]} after ${steps}, ${formatClock(end.elapsedMs)}`,
    ...alignColumns(rows).map((line) => `  ${line}`),
    // On its own, the longest line fits a terminal of 80 columns.
    `weights sha256 ${end.weightsSha256}`,
  ];
}
