import { isUtf8 } from 'node:buffer';
import { shownText, ValueError } from '@dltrain/core';
import { CsvError, parse } from 'csv-parse/sync';
import { Columns, decimal, FieldError, type ColumnName } from './csv-columns.js';
import { placeOfField } from './csv-place.js';
import { makeDataset, type Column, type Dataset } from './dataset.js';
import { DataError, messageOf } from './errors.js';
import { nameOf, readBytes, type ByteSource, type ReadOptions } from './file-bytes.js';
import { defaultMaxBytes, GrowingArray } from './growing-array.js';
import { didYouMean, listed } from './suggest.js';

/** More are refused: a model could hardly have as many outputs, and each takes memory of its own. */
const mostClasses = 65_536;

const defaultMaxLineBytes = 2 ** 20;

export interface CsvOptions extends ReadOptions {
  /** Whether the first line holds the column names; true by default. */
  readonly header?: boolean;
  /** One ASCII character; `,` by default. */
  readonly delimiter?: string;
  /** The input columns, in the order that the model sees them; by default all but the targets. */
  readonly inputs?: readonly ColumnName[];
  /** The target column or columns; none by default, as for samples to predict. */
  readonly target?: ColumnName | readonly ColumnName[] | null;
  /** `class` turns the distinct texts of one column, sorted, into class indices; default `number`. */
  readonly targetType?: 'number' | 'class';
  /** The classes by index, if they are known already, as for a test set. */
  readonly classNames?: readonly string[];
  /** The most bytes of one line; 1 MiB by default. */
  readonly maxLineBytes?: number;
}

/**
 * Reads a dataset from a CSV file (UTF-8, RFC 4180 quoting, plain or gzip): inputs are f32 of shape
 * `[columns]`, number targets f32 of shape `[targets]`, class targets i32 of shape `[]`.
 *
 * Class names are sorted by code unit, or by value if all are whole numbers. Blank lines are skipped.
 *
 * @throws {DataError} as `file:line:column` for ragged rows, fields that are no finite f32, unknown
 *   classes, duplicate column names and broken quoting; also for an unknown column or an empty file.
 * @throws {ValueError} for options that contradict each other.
 * @example
 * const iris = await readCsv('iris.csv', { target: 'species', targetType: 'class' });
 * // inputs f32 [4], targets i32 [], classNames ['setosa', 'versicolor', 'virginica']
 */
export async function readCsv(source: ByteSource, options: CsvOptions = {}): Promise<Dataset> {
  const { delimiter = ',', maxLineBytes = defaultMaxLineBytes } = options;
  if (!/^[\t\x20-\x7e]$/.test(delimiter) || delimiter === '"') {
    throw new ValueError(
      `CSV delimiter ${JSON.stringify(delimiter)}: give one ASCII character, such as "," ";" or a tab`,
    );
  }
  const name = nameOf(source);
  const bytes = await readBytes(source, options);
  if (bytes[0] !== undefined && bytes[0] >= 0xfe && bytes[1] !== undefined && bytes[1] >= 0xfe) {
    throw new DataError(`${name}: is UTF-16; save it as UTF-8`);
  }
  checkIsText(bytes, name);
  const table = new Table(name, options);
  let recordStart = 0;
  const placed = (field: number, message: string, cause?: unknown): DataError => {
    const { line, column } = placeOfField(bytes, recordStart, field, delimiter);
    return new DataError(`${name}:${line}:${column}: ${message}`, { cause });
  };
  try {
    parse(bytes, {
      bom: true,
      columns: false,
      delimiter,
      max_record_size: maxLineBytes,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (record: string[], { bytes_records }) => {
        table.add(record);
        recordStart = bytes_records;
        return null;
      },
    });
  } catch (error) {
    if (error instanceof FieldError) throw placed(error.field, error.message);
    if (error instanceof CsvError)
      throw placed(Number(error.index), syntaxProblem(error, maxLineBytes), error);
    throw error;
  }
  return table.finish();
}

/** Other encodings would turn different class names into the same one, without a word. */
function checkIsText(bytes: Uint8Array, name: string): void {
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    throw new DataError(`${name}: byte ${zero} is 0, so this is no text; save it as CSV in UTF-8`);
  }
  if (!isUtf8(bytes)) {
    throw new DataError(`${name}:${firstLineNotUtf8(bytes)}:1: is not UTF-8; save it as UTF-8`);
  }
}

function firstLineNotUtf8(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(10, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}

function syntaxProblem(error: CsvError, maxLineBytes: number): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quoted field is never closed: add the missing "';
    case 'CSV_MAX_RECORD_SIZE':
      return `a line of more than ${maxLineBytes} bytes; raise maxLineBytes if that is right`;
    default:
      return shownText(messageOf(error), 300);
  }
}

/** Takes rows one by one and ends as a dataset. */
class Table {
  #columns: Columns | null = null;
  #rows = 0;
  readonly #inputs: GrowingArray<'f32'>;
  readonly #numbers: GrowingArray<'f32'>;
  readonly #classIds: GrowingArray<'i32'>;
  /** Class text to a number in order of appearance, or to its index if the classes are given. */
  readonly #classes: Map<string, number>;

  constructor(
    private readonly name: string,
    private readonly options: CsvOptions,
  ) {
    const { maxBytes = defaultMaxBytes, classNames, targetType = 'number', target } = options;
    this.#inputs = new GrowingArray('f32', 1024, maxBytes);
    this.#numbers = new GrowingArray('f32', 64, maxBytes);
    this.#classIds = new GrowingArray('i32', 64, maxBytes);
    this.#classes = new Map((classNames ?? []).map((text, index) => [text, index]));
    if (targetType === 'class' && Array.isArray(target) && target.length !== 1) {
      throw new ValueError(
        `${target.length} target columns as classes: a class is read from one column`,
      );
    }
  }

  add(record: readonly string[]): void {
    if (this.#columns === null) {
      const { header = true } = this.options;
      this.#columns = new Columns(this.name, header ? record : null, record.length, this.options);
      if (header) return;
    }
    const { width, inputs, targets } = this.#columns;
    if (record.length !== width) {
      throw new FieldError(
        `${record.length} fields where ${this.options.header === false ? 'the first line' : 'the header'} has ${width}`,
        Math.min(record.length - 1, width),
      );
    }
    for (const field of inputs) this.#inputs.push(this.#number(record, field));
    if (this.options.targetType === 'class') {
      for (const field of targets) this.#classIds.push(this.#class(record, field));
    } else {
      for (const field of targets) this.#numbers.push(this.#number(record, field));
    }
    this.#rows += 1;
  }

  finish(): Dataset {
    if (this.#columns === null) throw new DataError(`${this.name}:1:1: the file is empty`);
    if (this.#rows === 0)
      throw new DataError(`${this.name}:1:1: there is a header but no row after it`);
    const { inputs, targets } = this.#columns;
    const input: Column = { dtype: 'f32', shape: [inputs.length], data: this.#inputs.finish() };
    return makeDataset(
      this.#rows,
      input,
      targets.length === 0 ? null : this.#targets(targets.length),
    );
  }

  #targets(count: number): Column {
    if (this.options.targetType !== 'class') {
      return { dtype: 'f32', shape: [count], data: this.#numbers.finish() };
    }
    const data = this.#classIds.finish();
    if (this.options.classNames !== undefined) {
      return { dtype: 'i32', shape: [], data, classNames: this.options.classNames };
    }
    const appeared = [...this.#classes.keys()];
    const classNames = appeared.toSorted(
      appeared.every((text) => /^[+-]?\d{1,15}$/.test(text))
        ? (a, b) => Number(a) - Number(b)
        : undefined,
    );
    const index = new Map(classNames.map((text, position) => [text, position]));
    const sorted = Int32Array.from(appeared, (text) => index.get(text) ?? 0);
    return { dtype: 'i32', shape: [], data: data.map((id) => sorted[id] ?? 0), classNames };
  }

  #number(record: readonly string[], field: number): number {
    const text = record[field] ?? '';
    const value = Math.fround(Number(text));
    if (decimal.test(text) && Number.isFinite(value)) return value;
    throw new FieldError(`${this.#called(field)} ${this.#numberProblem(text, field)}`, field);
  }

  #numberProblem(text: string, field: number): string {
    if (text === '') return 'is empty: fill the gap or leave the row out';
    const shown = quoted(text);
    if (decimal.test(text)) return `is ${shown}, beyond the range of f32`;
    if (/^[+-]?\d+,\d+$/.test(text)) return `is ${shown}: write decimals with a point`;
    const hint =
      this.#columns?.targets.includes(field) === true
        ? 'for texts as classes set the target type to class'
        : 'choose the input columns, or correct it';
    return `is ${shown}, no number: ${hint}`;
  }

  #class(record: readonly string[], field: number): number {
    const text = record[field] ?? '';
    const known = this.#classes.get(text);
    if (known !== undefined) return known;
    if (text === '')
      throw new FieldError(`${this.#called(field)} is empty where a class should be`, field);
    if (this.options.classNames !== undefined) {
      const hint = didYouMean(text, this.options.classNames);
      throw new FieldError(
        `${this.#called(field)} is ${quoted(text)}, which is none of the classes ${listed(this.options.classNames)}.${hint}`,
        field,
      );
    }
    const id = this.#classes.size;
    if (id === mostClasses) {
      throw new FieldError(
        `${this.#called(field)} has more than ${mostClasses} distinct texts, too many for classes; for numbers set the target type to number`,
        field,
      );
    }
    this.#classes.set(text, id);
    return id;
  }

  #called(field: number): string {
    const name = this.#columns?.names?.[field];
    return name === undefined ? `column ${field}` : `column "${shownText(name)}"`;
  }
}

/** A field as it is shown in messages. */
function quoted(text: string): string {
  return JSON.stringify(shownText(text, 40));
}
