import { nearestName } from '@dltrain/core';
import { ConfigError, type Problem } from '../config/problem.js';
import { analyse, type Analysis } from '../grad/analysis.js';
import { evaluate } from '../grad/compute.js';
import { differences, stepSizes } from '../grad/differences.js';
import { drawTrace } from '../grad/draw-trace.js';
import { placeOfVariable, readExpression, type Expression } from '../grad/expression.js';
import { constants, functionNames } from '../grad/functions.js';
import { asJson } from '../grad/json.js';
import { report, verdictText } from '../grad/report.js';
import { variablesOf } from '../grad/term.js';
import { colorsFor, widthOf, writeOut, writeTo } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { writeOutput } from '../write-output.js';

export interface GradFlags {
  readonly wrt?: string;
  readonly manual?: readonly string[];
  readonly svg?: string;
  readonly plot?: string;
  readonly json?: boolean;
}

/**
 * `dltrain grad EXPRESSION x1=2 x2=5`: an expression differentiated at a point by automatic,
 * symbolic, numerical and manual means, with the traces of both modes.
 *
 * @returns 1 when a derivative that was given by hand is wrong, or there is none to compare it with
 */
export async function grad(words: readonly string[], flags: GradFlags): Promise<number> {
  const { expression, values } = readCommand(words);
  const names = [...values.keys()];
  const wrt = chosenVariables(flags.wrt, names);
  const manual = readManual(flags.manual ?? [], wrt.length > 0 ? wrt : names, names);
  const analysis = analyse(expression, values, wrt.length > 0 ? wrt : names, manual);
  if (flags.svg !== undefined) await writeOutput(flags.svg, await drawTrace(analysis, wrt));
  if (flags.plot !== undefined) await writePlot(flags.plot, analysis);
  const { stdout } = process;
  await writeOut(
    flags.json === true
      ? asJson(analysis)
      : report(analysis, widthOf(stdout), colorsFor(stdout, process.env)),
  );
  const wrong = analysis.derivatives.flatMap(({ variable, manual: own }) =>
    own === null || own.verdict === 'agrees'
      ? []
      : [`d${analysis.result}/d${variable}: ${verdictText(own)}`],
  );
  // Again, since the tables behind it have moved it out of sight.
  for (const line of wrong) writeTo(process.stderr, `${line.replaceAll('\u00a0', ' ')}\n`);
  return wrong.length === 0 ? 0 : 1;
}

const assignment = /^([\p{L}_][\p{L}\p{N}_]*)=(?!=)(.*)$/su;

/** The expression among the words of the command line, and the values of its variables. */
function readCommand(words: readonly string[]): {
  expression: Expression;
  values: Map<string, number>;
} {
  const given = new Map<string, string>();
  const texts: string[] = [];
  for (const word of words) {
    const match = assignment.exec(word);
    if (match === null) {
      texts.push(word);
      continue;
    }
    const [, name = '', value = ''] = match;
    const before = given.get(name);
    if (before !== undefined) {
      throw new UsageError(
        `${name} has two values, ${name}=${before} and then ${word}; give it one`,
      );
    }
    given.set(name, value);
  }
  checkSpaces(words);
  const [text, second] = texts;
  const example = `dltrain grad "x1^2 + 3*x2" x1=2 x2=5`;
  if (text === undefined) {
    throw new UsageError(`no expression was given; write for instance ${example}`);
  }
  const option = texts.find((word) => /^--?[A-Za-z][\w-]*$/.test(word) && word !== text);
  const isOption = /^--[A-Za-z]/.test(text);
  if (option !== undefined || isOption) {
    throw new UsageError(
      `there is no option '${option ?? text}'; 'dltrain grad --help' names them`,
    );
  }
  if (second !== undefined) {
    throw new UsageError(
      `one expression is differentiated at a time, and '${text}' and '${second}' were given; put an expression in quotes: ${example}`,
    );
  }
  const expression = readExpression(text, 'expression', [...given.keys()]);
  return { expression, values: readValues(expression, given) };
}

/** A shell takes `x = 3` for three words. */
function checkSpaces(words: readonly string[]): void {
  const [, name, value] = / ([\p{L}_][\p{L}\p{N}_]*) ?= ?(\S+)/u.exec(spacedOut(words)) ?? [];
  if (name === undefined || value === undefined) return;
  throw new UsageError(`there are spaces around a '='; write ${name}=${value} without spaces`);
}

/** The words from the first that begins or ends with `=`, and the one before it. */
function spacedOut(words: readonly string[]): string {
  const at = words.findIndex((word) => /^=(?!=)|[^=<>!]=$/.test(word));
  if (at < 0) return '';
  return ` ${words.slice(words[at]?.startsWith('=') === true ? at - 1 : at, at + 2).join(' ')}`;
}

function readValues(
  expression: Expression,
  given: ReadonlyMap<string, string>,
): Map<string, number> {
  const names = variablesOf(expression.term);
  const problems: Problem[] = [];
  if (names.length === 0) {
    const place = placeOfVariable(expression.text, expression.text);
    const remedy = 'write a name such as x, and give its value: x=2';
    problems.push({ place, what: 'there is no variable to differentiate by', remedy });
  }
  const unused = [...given.keys()].filter((name) => !names.includes(name));
  for (const name of names) {
    if (given.has(name)) continue;
    const near = nearestName(name, unused);
    const place = placeOfVariable(expression.text, name);
    const remedy =
      near === undefined ? `add ${name}=...` : `'${near}' has a value; did you mean it?`;
    problems.push({ place, what: `'${name}' has no value`, remedy });
  }
  const values = new Map<string, number>();
  for (const [name, text] of given) {
    const place = { kind: 'override', text: `${name}=${text}` } as const;
    if (constants.has(name) || functionNames.includes(name)) {
      const what = `'${name}' is a ${constants.has(name) ? 'number' : 'function'} already`;
      problems.push({ place, what, remedy: 'call the variable something else' });
    } else if (!names.includes(name)) {
      const near = nearestName(name, names);
      const what = `'${name}' is not in the expression`;
      problems.push({
        place,
        what,
        remedy: near === undefined ? 'leave it out' : `did you mean '${near}'?`,
      });
    } else {
      values.set(name, readNumber(name, text));
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return values;
}

/** A value may be written as an expression, too: `x=pi/4`. */
function readNumber(name: string, text: string): number {
  const { term } = readExpression(text, `value of ${name}`);
  const [variable] = variablesOf(term);
  if (variable !== undefined) {
    const place = placeOfVariable(text, variable, `value of ${name}`);
    throw new ConfigError([{ place, what: 'a value is a number', remedy: `such as ${name}=2` }]);
  }
  const [value = NaN] = evaluate(term, new Map());
  if (!Number.isFinite(value)) {
    const place = { kind: 'override', text: `${name}=${text}` } as const;
    throw new ConfigError([{ place, what: `the value is ${value}`, remedy: 'give a number' }]);
  }
  return value;
}

function chosenVariables(wrt: string | undefined, names: readonly string[]): string[] {
  if (wrt === undefined) return [];
  const chosen = [...new Set(wrt.split(',').map((name) => name.trim()))];
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown === undefined) return chosen;
  const near = nearestName(unknown, names);
  const advice =
    near === undefined ? `the variables are ${names.join(', ')}` : `did you mean '${near}'?`;
  throw new UsageError(`--wrt: '${unknown}' is no variable of the expression; ${advice}`);
}

/** Derivatives that were written by hand, `dx1=...`, by their variables. */
function readManual(
  words: readonly string[],
  wrt: readonly string[],
  names: readonly string[],
): Map<string, Expression> {
  const found = new Map<string, Expression>();
  for (const word of words) {
    const [, name = '', text = ''] = /^(?:d\w+\/)?d?([^=]*)=(.*)$/s.exec(word) ?? [];
    if (!wrt.includes(name)) {
      const example = `--manual d${wrt[0] ?? 'x'}="..."`;
      throw new UsageError(
        `--manual: '${word}' gives no derivative by ${wrt.join(' or ')}; write ${example}`,
      );
    }
    const expression = readExpression(text, `manual d${name}`, names);
    const unknown = variablesOf(expression.term).find((one) => !names.includes(one));
    if (unknown !== undefined) {
      const place = placeOfVariable(text, unknown, `manual d${name}`);
      const near = nearestName(unknown, names);
      const remedy =
        near === undefined ? `the variables are ${names.join(', ')}` : `did you mean '${near}'?`;
      throw new ConfigError([{ place, what: `'${unknown}' has no value`, remedy }]);
    }
    found.set(name, expression);
  }
  return found;
}

/** Steps for each power of ten in the plot. */
const pointsPerDecade = 8;

async function writePlot(file: string, { expression, result, values, derivatives }: Analysis) {
  const { renderFigure } = await import('../plot/figure.js');
  const steps = stepSizes(pointsPerDecade);
  const charts = derivatives.map(({ variable, exists, reverse }) => {
    const found = differences(expression.term, values, variable, steps);
    const series = (['forward', 'central'] as const).map((kind) => ({
      label: `${kind} difference`,
      x: found.map(({ h }) => h),
      y: found.map((one) => (exists ? Math.abs(one[kind] - reverse) : NaN)),
    }));
    // A log axis has no place for an error of 0, of infinity or of nothing.
    const isShown = series.some(({ y }) => y.some((error) => error > 0 && Number.isFinite(error)));
    const none = exists ? 'no error other than 0' : 'no derivative, and so no error';
    return {
      title: `d${result}/d${variable}`,
      series,
      x: { label: 'h', scale: 'log' as const },
      y: { label: isShown ? 'error' : none, scale: 'log' as const },
    };
  });
  const size = { chartWidth: 400, chartHeight: 300 };
  await writeOutput(
    file,
    renderFigure(charts, { title: 'Error of numerical derivatives', ...size }),
  );
}
