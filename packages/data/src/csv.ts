import { ValueError } from '@dltrain/core';
import { CsvError, parse } from 'csv-parse/sync';
import { placeOfField } from './csv-place.js';
import { makeDataset, type Column, type Dataset } from './dataset.js';
import { DataError, messageOf } from './errors.js';
import { nameOf, readBytes, type ByteSource, type ReadOptions } from './file-bytes.js';
import { defaultMaxBytes, GrowingArray } from './growing-array.js';
import { didYouMean, listed } from './suggest.js';

/** A column by its name in the header, or by its index from 0. */
export type ColumnName = string | number;

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

/** What was thrown for a field; {@link readCsv} puts the place in front. */
class FieldError extends Error {
  constructor(
    message: string,
    readonly field: number,
  ) {
    super(message);
  }
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
  const { delimiter = ',', maxLineBytes = 2 ** 20 } = options;
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

function syntaxProblem(error: CsvError, maxLineBytes: number): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quoted field is never closed: add the missing "';
    case 'CSV_MAX_RECORD_SIZE':
      return `a line of more than ${maxLineBytes} bytes; raise maxLineBytes if that is right`;
    default:
      return messageOf(error);
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
    const shown = JSON.stringify(text.slice(0, 40));
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
        `${this.#called(field)} is ${JSON.stringify(text.slice(0, 40))}, which is none of the classes ${listed(this.options.classNames)}.${hint}`,
        field,
      );
    }
    const id = this.#classes.size;
    this.#classes.set(text, id);
    return id;
  }

  #called(field: number): string {
    const name = this.#columns?.names?.[field];
    return name === undefined ? `column ${field}` : `column "${name}"`;
  }
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Which fields of a row are what. */
class Columns {
  readonly inputs: readonly number[];
  readonly targets: readonly number[];

  constructor(
    file: string,
    readonly names: readonly string[] | null,
    readonly width: number,
    options: CsvOptions,
  ) {
    if (names !== null) checkHeader(names);
    const { target = null } = options;
    const targetNames = target === null ? [] : typeof target === 'object' ? target : [target];
    this.targets = targetNames.map((name) => this.#find(name));
    this.inputs =
      options.inputs?.map((name) => this.#find(name)) ??
      Array.from({ length: width }, (_, field) => field).filter(
        (field) => !this.targets.includes(field),
      );
    for (const fields of [this.inputs, this.targets]) {
      const twice = fields.find((field, index) => fields.indexOf(field) !== index);
      if (twice !== undefined) {
        throw new ValueError(
          `${file}: column ${names?.[twice] ?? twice} is chosen twice: choose it once`,
        );
      }
    }
    if (this.inputs.length === 0) throw new DataError(`${file}: has no column left for the inputs`);
  }

  #find(name: ColumnName): number {
    if (typeof name === 'number') {
      if (Number.isInteger(name) && name >= 0 && name < this.width) return name;
      throw new FieldError(
        `there is no column ${name}: it has ${this.width}, 0 to ${this.width - 1}`,
        0,
      );
    }
    if (this.names === null) {
      throw new FieldError(
        `column "${name}" by name, but the file is read without a header: use an index, 0 to ${this.width - 1}`,
        0,
      );
    }
    const field = this.names.indexOf(name);
    if (field >= 0) return field;
    const delimiter = this.width === 1 ? /[;\t|]/.exec(this.names[0] ?? '')?.[0] : undefined;
    const hint =
      delimiter === undefined
        ? didYouMean(name, this.names)
        : ` Is the delimiter ${JSON.stringify(delimiter)}?`;
    throw new FieldError(`there is no column "${name}"; it has ${listed(this.names)}.${hint}`, 0);
  }
}

function checkHeader(names: readonly string[]): void {
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) {
    throw new FieldError(
      `column "${names[twice] ?? ''}" is there twice: give each column a name of its own`,
      twice,
    );
  }
  if (names.every((name) => decimal.test(name))) {
    throw new FieldError(
      'the header holds only numbers: if the file has none, set header to false',
      0,
    );
  }
}
