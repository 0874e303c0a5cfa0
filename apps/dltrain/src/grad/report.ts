import { alignColumns } from '../progress/format.js';
import type { Analysis, Derivative, Manual } from './analysis.js';
import type { Difference } from './differences.js';
import { brief, errorText, precise, rounded } from './numbers.js';
import { sizeOf, textOf } from './symbolic.js';

type Style = (text: string) => string;
type Colors = Readonly<Record<'bold' | 'dim' | 'green' | 'red', Style>>;

/** Everything that was found, as lines of at most `width` characters where that is possible. */
export function report(analysis: Analysis, width: number, colors: Colors): string {
  const page = new Page(width, colors);
  const { expression, result, values, trace } = analysis;
  page.text(`${result} = ${expression.text}`, { hang: 4 });
  page.text(`  = ${brief(trace.value)} at ${pointText(values)}`, { hang: 2 });
  const strange = [...trace.variables, ...trace.calls].find(({ value }) => !Number.isFinite(value));
  if (strange !== undefined) {
    page.text(`  ${strange.name} = ${strange.label} is ${strange.value} here`);
  }
  for (const text of absences(analysis)) page.verdict(`  ${text}`, false);
  forwardTrace(page, analysis);
  reverseTrace(page, analysis);
  fourWays(page, analysis);
  symbolic(page, analysis);
  numerical(page, analysis);
  return page.toString();
}

/** Lines of a formula that are shown; swollen ones have hundreds. */
const longestFormula = 10;

/** Why there are no derivatives at the point, where there are none. */
function absences({ result, values, trace, derivatives }: Analysis): string[] {
  if (!Number.isFinite(trace.value)) {
    return [
      `The function has no finite value at ${pointText(values)}, and so no derivative there. What the ` +
        'rules give below is not a derivative.',
    ];
  }
  return derivatives
    .filter(({ exists }) => !exists)
    .map(({ variable }) => `There is no finite derivative d${result}/d${variable} here.`);
}

/** What the automatic derivative is compared as: nothing where the function has none. */
function truthOf({ exists, reverse }: Derivative): number {
  return exists ? reverse : NaN;
}

/** `x1 = 2, x2 = 5`, to be broken at the commas alone. */
function pointText(values: ReadonlyMap<string, number>): string {
  return [...values].map(([name, value]) => `${name}${tie}=${tie}${precise(value)}`).join(', ');
}

/** A space at which a line is not broken. */
const tie = '\u00a0';

/** Rows of cells under a header; the columns named in `right` are aligned to the right. */
interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly right: readonly number[];
  /** The row that stands out. */
  readonly marked?: readonly number[];
}

class Page {
  private readonly lines: string[] = [];

  constructor(
    readonly width: number,
    private readonly colors: Colors,
  ) {}

  heading(text: string, note = ''): void {
    this.lines.push('', this.colors.bold(text));
    if (note !== '') this.text(note, { style: this.colors.dim });
  }

  /**
   * A paragraph, broken between words; its lines are indented as the first, or by `hang` more. Beyond
   * `most` lines it is cut off.
   */
  text(
    text: string,
    {
      style = String,
      hang = 0,
      most = Infinity,
    }: { style?: Style; hang?: number; most?: number } = {},
  ): void {
    const indent = /^ */.exec(text)?.[0] ?? '';
    const room = Math.max(8, this.width - indent.length - hang);
    // What has no spaces is broken anywhere.
    const words = text.trimStart().split(' ');
    const pieces = words.flatMap((word) => word.match(new RegExp(`.{1,${room}}`, 'gu')) ?? [word]);
    const broken: string[] = [];
    let line = '';
    for (const word of pieces) {
      if (line === '') line = indent + word;
      else if (line.length + 1 + word.length <= this.width) line += ` ${word}`;
      else {
        broken.push(line);
        line = `${indent}${' '.repeat(hang)}${word}`;
      }
    }
    broken.push(line);
    const cut = broken.length > most + 1 ? broken.length - most : 0;
    const shown = cut === 0 ? broken : broken.slice(0, most);
    if (cut > 0) shown.push(`${indent}${' '.repeat(hang)}... ${cut} more lines; --json has it`);
    this.lines.push(...shown.map((each) => style(each.replaceAll(tie, ' '))));
  }

  verdict(text: string, good: boolean): void {
    this.text(text, { style: good ? this.colors.green : this.colors.red, hang: 2 });
  }

  /** The first of the tables that is not too wide, or the last. */
  table(...variants: readonly Table[]): void {
    const drawn = variants.map(({ header, rows, right }) =>
      alignColumns([header, ...rows], new Set(right)).map((line) => `  ${line}`),
    );
    const at = drawn.findIndex((lines) => lines.every(({ length }) => length <= this.width));
    const chosen = at < 0 ? drawn.length - 1 : at;
    drawn[chosen]?.forEach((line, i) => {
      const isMarked = variants[chosen]?.marked?.includes(i - 1) === true;
      const style = i === 0 ? this.colors.dim : isMarked ? this.colors.green : String;
      this.lines.push(style(line));
    });
  }

  toString(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

/** Values, and tangents by each variable; in a table of their own where the lines are short. */
function forwardTrace(page: Page, { trace, derivatives }: Analysis): void {
  const steps = [...trace.variables, ...trace.calls];
  const names = derivatives.map(({ variable }) => variable);
  page.heading(
    'Forward trace',
    names.length === 1
      ? `Values, and tangents by one forward sweep for ${names.join()}.`
      : 'Values, and tangents by one forward sweep for each variable.',
  );
  const table = (wrt: readonly string[], withLabel: boolean): Table => ({
    header: ['', ...(withLabel ? [''] : []), 'value', ...wrt.map((name) => `d/d${name}`)],
    rows: steps.map((step) => [
      step.name,
      ...(withLabel ? [`= ${step.label}`] : []),
      rounded(step.value),
      ...wrt.map((name) => rounded(step.tangents.get(name) ?? 0)),
    ]),
    right: Array.from({ length: wrt.length + 1 }, (_, i) => i + (withLabel ? 2 : 1)),
  });
  const roomFor = Math.max(1, Math.floor((page.width - widthOf(table([], true))) / 10));
  for (let from = 0; from === 0 || from < names.length; from += roomFor) {
    const some = names.slice(from, from + roomFor);
    page.table(table(some, true), table(some, false));
  }
}

function widthOf({ header, rows }: Table): number {
  return 2 + Math.max(...alignColumns([header, ...rows]).map(({ length }) => length));
}

function reverseTrace(page: Page, { trace }: Analysis): void {
  const { contributions } = trace;
  const last = trace.calls.at(-1) ?? trace.variables[0];
  page.heading(
    'Reverse trace',
    'One sweep from the result back: each line adds to one adjoint its share through one call.',
  );
  const nameOf = ({ name, op, label }: { name: string; op: string | null; label: string }) =>
    op === null ? label : name;
  const start = last === undefined ? [] : [nameOf(last)];
  const full: Table = {
    header: ['adjoint of', 'through', 'adjoint * local', '', 'adds', 'so far'],
    rows: [
      [...start, '', 'start', '', '1.000', '1.000'],
      ...contributions.map(({ from, to, local, share, sum }) => [
        nameOf(to),
        `${from.name} = ${from.label}`,
        `${rounded(from.adjoint)} * ${local < 0 ? `(${rounded(local)})` : rounded(local)}`,
        '=',
        rounded(share),
        rounded(sum),
      ]),
    ],
    right: [4, 5],
  };
  const without = (table: Table, ...columns: number[]): Table => {
    const keep = (cells: readonly string[]) => cells.filter((_, i) => !columns.includes(i));
    const right = table.header.flatMap((_, i) => (table.right.includes(i) ? [i] : []));
    const shifted = right.map((i) => i - columns.filter((column) => column < i).length);
    return { header: keep(table.header), rows: table.rows.map(keep), right: shifted };
  };
  const short: Table = {
    ...full,
    rows: full.rows.map((cells, i) =>
      cells.map((cell, column) =>
        column === 1 && i > 0 ? (contributions[i - 1]?.from.name ?? '') : cell,
      ),
    ),
  };
  const narrow = without(short, 2, 3);
  page.table(full, short, narrow, { ...narrow, header: ['of', 'via', 'adds', 'so far'] });
}

function fourWays(page: Page, { result, derivatives }: Analysis): void {
  page.heading('The derivative in four ways');
  derivatives.forEach((derivative, i) => {
    const truth = truthOf(derivative);
    const { variable, reverse, symbolic: algebra, numerical: found, manual } = derivative;
    const { bestForward, bestCentral } = found;
    const row = (way: string, value: number | undefined, note = '') => [
      way,
      value === undefined ? 'undefined' : precise(value),
      value === undefined ? '' : errorText(value, truth),
      note,
    ];
    const numericalRow = (way: string, kind: 'forward' | 'central', best?: Difference) =>
      row(`numerical, ${way}`, best?.[kind], best === undefined ? '' : `h = ${stepText(best.h)}`);
    const rows = [
      row('automatic, reverse', reverse),
      row('automatic, forward', derivative.forward),
      row('symbolic', algebra.value),
      numericalRow('central', 'central', bestCentral),
      numericalRow('forward', 'forward', bestForward),
      ...(manual === null ? [] : [row('manual', manual.value)]),
    ];
    const full = {
      header: [`d${result}/d${variable}`, 'value', 'off by', ''],
      rows,
      right: [1, 2],
    };
    const narrow = { ...full, rows: rows.map((cells) => cells.slice(0, 2)) };
    if (i > 0) page.text('');
    page.table(full, { ...narrow, header: full.header.slice(0, 2) });
    const broken = breakText(derivative);
    if (broken !== null) page.verdict(`  ${broken}`, false);
    if (manual !== null) page.verdict(`  ${verdictText(manual)}`, manual.verdict === 'agrees');
  });
}

/** That the function has no derivative at a kink or a jump, and what the automatic one is worth. */
function breakText({ variable, reverse, breaks }: Derivative): string | null {
  if (breaks === null) return null;
  const convention = `not differentiable by ${variable} here; ${precise(reverse)} is a convention`;
  if (breaks.kind === 'jump') return `a jump by ${sixDigits(breaks.by)}: ${convention}`;
  const { ahead, behind } = breaks;
  return (
    `a kink: forward differences approach ${sixDigits(ahead)}, backward differences ` +
    `${sixDigits(behind)}, not each other: ${convention}`
  );
}

/** As many digits as differences of a small step have. */
function sixDigits(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** What came of the check of a derivative by hand. */
export function verdictText({ text, verdict, against }: Manual): string {
  if (verdict === 'undefined') {
    return `manual: ${text} cannot be confirmed: the function has no derivative here`;
  }
  if (against === null) return `manual: ${text} agrees, here and at other points`;
  const { at, manual, automatic } = against;
  const found = `${precise(manual)} instead of ${precise(automatic)}`;
  const where = `${found} at ${pointText(at)}`;
  return verdict === 'here'
    ? `manual: ${text} agrees here, but it is ${where}`
    : `manual: ${text} is wrong: ${where}`;
}

function symbolic(page: Page, { expression, result, trace, derivatives }: Analysis): void {
  page.heading('Symbolic derivatives');
  for (const { variable, symbolic: found } of derivatives) {
    const formula = textOf(found.simplified ?? found.raw);
    page.text(`  d${result}/d${variable} = ${formula}`, { hang: 2, most: longestFormula });
  }
  page.text('');
  page.table({
    header: ['nodes', 'by the rules', 'simplified'],
    rows: derivatives.map(({ variable, symbolic: { raw, simplified } }) => [
      `d${result}/d${variable}`,
      String(sizeOf(raw)),
      simplified === null ? 'too large' : String(sizeOf(simplified)),
    ]),
    right: [1, 2],
  });
  const size = countText(sizeOf(expression.node), 'node');
  const calls = countText(trace.calls.length, 'call');
  page.text(`  The expression has ${size}. The graph that autodiff sweeps has ${calls}.`);
}

function countText(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function numerical(page: Page, { result, derivatives }: Analysis): void {
  page.heading(
    'Numerical derivatives',
    'Large h: truncation, an error as h for forward and as h^2 for central differences. ' +
      'Small h: round-off, an error as 1/h. The best h is marked *.',
  );
  derivatives.forEach((derivative, i) => {
    const truth = truthOf(derivative);
    const { variable, numerical: found } = derivative;
    const { differences, bestForward, bestCentral } = found;
    const mark = (one: Difference, best: Difference | undefined) => (one === best ? '*' : ' ');
    const rows = differences.map((one) => [
      stepText(one.h),
      precise(one.forward),
      `${errorText(one.forward, truth)} ${mark(one, bestForward)}`,
      precise(one.central),
      `${errorText(one.central, truth)} ${mark(one, bestCentral)}`,
    ]);
    const marked = differences.flatMap((one, row) =>
      one === bestForward || one === bestCentral ? [row] : [],
    );
    if (i > 0) page.text('');
    page.text(`  d${result}/d${variable}`);
    page.table(
      {
        header: ['h', 'forward', 'error  ', 'central', 'error  '],
        rows,
        right: [1, 2, 3, 4],
        marked,
      },
      {
        header: ['error at h', 'forward  ', 'central  '],
        rows: rows.map((cells) => [cells[0] ?? '', cells[2] ?? '', cells[4] ?? '']),
        right: [1, 2],
        marked,
      },
    );
  });
}

/** `1e-8`. */
function stepText(h: number): string {
  return Number(h.toPrecision(3)).toExponential();
}
