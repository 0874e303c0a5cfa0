import { DltrainError } from '@dltrain/core';

/** Where a problem was found: a stretch of the config file, an override, or a file as a whole. */
export type Place =
  | {
      readonly kind: 'file';
      readonly file: string;
      /** Both count from 1. */
      readonly line: number;
      readonly column: number;
      /** Characters to underline; at least one. */
      readonly length: number;
      /** The source line itself. */
      readonly text: string;
    }
  | { readonly kind: 'override'; readonly text: string }
  | { readonly kind: 'environment'; readonly name: string; readonly value: string }
  | { readonly kind: 'whole'; readonly file: string };

/** One thing that is wrong with a config: where, what, and what to do about it. */
export interface Problem {
  readonly place: Place;
  readonly what: string;
  readonly remedy?: string | undefined;
}

/** A config that cannot be used. `problems` holds all that was found, in the order of the file. */
export class ConfigError extends DltrainError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const sorted = [...problems].sort(byPlace);
    super(renderProblems(sorted));
    this.problems = sorted;
  }
}

interface Colors {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  cyan(text: string): string;
}

const plain: Colors = { bold: String, dim: String, red: String, cyan: String };

/** All problems as a person reads them, with a line that counts them when there are several. */
export function renderProblems(problems: readonly Problem[], colors: Colors = plain): string {
  const shown = problems.slice(0, mostShown).map((problem) => renderProblem(problem, colors));
  const count = problems.length;
  if (count > mostShown) shown.push(`... and ${count - mostShown} more problems`);
  else if (count > 1) shown.push(`${count} problems`);
  return shown.join('\n');
}

/** A config from another planet should not scroll the first problem off the screen. */
const mostShown = 100;

function renderProblem(problem: Problem, colors: Colors): string {
  const { place, what, remedy } = problem;
  const lines = [
    `${colors.bold(printable(placeName(place)))}: ${colors.red('error')}: ${printable(what)}`,
  ];
  if (place.kind === 'file') {
    const number = String(place.line).padStart(5);
    const { shown, column, length } = excerpt(place.text, place.column, place.length);
    const indent = shown.slice(0, column - 1).replace(/[^\t]/g, ' ');
    lines.push(`${colors.dim(`${number} |`)} ${shown}`);
    lines.push(`${colors.dim('      |')} ${indent}${colors.red('^'.repeat(length))}`);
  }
  if (remedy !== undefined)
    lines.push(`${colors.dim('      =')} ${colors.cyan(printable(remedy))}`);
  return lines.join('\n');
}

function placeName(place: Place): string {
  switch (place.kind) {
    case 'file':
      return `${place.file}:${place.line}:${place.column}`;
    case 'override':
      return `command line, ${shorten(place.text, 60)}`;
    case 'environment':
      return `environment, ${place.name}=${shorten(place.value, 40)}`;
    case 'whole':
      return place.file;
  }
}

const widestExcerpt = 100;

/** The part of a long line around the caret; short lines are shown whole. */
function excerpt(text: string, column: number, length: number) {
  const line = printable(text);
  if (line.length <= widestExcerpt) {
    return { shown: line, column, length: within(length, line.length - column + 1) };
  }
  const from = Math.max(0, Math.min(column - 30, line.length - widestExcerpt));
  const cut = line.slice(from, from + widestExcerpt);
  const head = from > 0 ? '…' : '';
  const tail = from + widestExcerpt < line.length ? '…' : '';
  const at = column - from + head.length;
  return { shown: head + cut + tail, column: at, length: within(length, cut.length - at + 1) };
}

/** Keys and values of the file are in messages, too, and must not command the terminal. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]/gu, '\u{fffd}');
}

function within(length: number, room: number): number {
  return Math.max(1, Math.min(length, room));
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

const rank = { whole: 0, file: 1, environment: 2, override: 3 } as const;

function byPlace(a: Problem, b: Problem): number {
  if (a.place.kind === 'file' && b.place.kind === 'file') {
    return a.place.line - b.place.line || a.place.column - b.place.column;
  }
  return rank[a.place.kind] - rank[b.place.kind];
}
