import { shownText, ValueError } from '@dltrain/core';
import { DataError } from './errors.js';
import { didYouMean, listed } from './suggest.js';

/** A column by its name in the header, or by its index from 0. */
export type ColumnName = string | number;

/** What was thrown for a field; `readCsv` puts the place in front. */
export class FieldError extends Error {
  constructor(
    message: string,
    readonly field: number,
  ) {
    super(message);
  }
}

/** A number as text; each character can be taken in one way only, so a long text costs no more. */
export const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** More are refused: every row of so many takes as long as a small file. */
const mostColumns = 65_536;

/** Which columns were asked for. */
interface ColumnChoice {
  readonly inputs?: readonly ColumnName[];
  readonly target?: ColumnName | readonly ColumnName[] | null;
}

/** Which fields of a row are what. */
export class Columns {
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(
    file: string,
    readonly names: readonly string[] | null,
    readonly width: number,
    options: ColumnChoice,
  ) {
    if (width > mostColumns) {
      throw new FieldError(
        `${width} columns, where at most ${mostColumns} are read; check the line ends and the delimiter`,
        mostColumns,
      );
    }
    if (names !== null) checkHeader(names);
    this.#places = new Map((names ?? []).map((name, field) => [name, field]));
    const { target = null } = options;
    const targetNames = target === null ? [] : typeof target === 'object' ? target : [target];
    this.targets = targetNames.map((name) => this.#find(name));
    const isTarget = new Set(this.targets);
    this.inputs =
      options.inputs?.map((name) => this.#find(name)) ??
      Array.from({ length: width }, (_, field) => field).filter((field) => !isTarget.has(field));
    for (const fields of [this.inputs, this.targets]) {
      const twice = firstRepeated(fields);
      if (twice !== -1) {
        const field = fields[twice] ?? 0;
        throw new ValueError(
          `${file}: column ${shownText(names?.[field] ?? String(field))} is chosen twice: choose it once`,
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
    const field = this.#places.get(name);
    if (field !== undefined) return field;
    const delimiter = this.width === 1 ? /[;\t|]/.exec(this.names[0] ?? '')?.[0] : undefined;
    const hint =
      delimiter === undefined
        ? didYouMean(name, this.names)
        : ` Is the delimiter ${JSON.stringify(delimiter)}?`;
    throw new FieldError(`there is no column "${name}"; it has ${listed(this.names)}.${hint}`, 0);
  }
}

function checkHeader(names: readonly string[]): void {
  const twice = firstRepeated(names);
  if (twice >= 0) {
    throw new FieldError(
      `column "${shownText(names[twice] ?? '')}" is there twice: give each column a name of its own`,
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

/** Where the first item stands that stood before; -1 if all differ. */
function firstRepeated(items: readonly unknown[]): number {
  const seen = new Set<unknown>();
  return items.findIndex((item) => seen.size === seen.add(item).size);
}
