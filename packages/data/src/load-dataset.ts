import { DltrainError } from '@dltrain/core';
import { readCsv, type CsvOptions } from './csv.js';
import { resolveDataPath } from './data-path.js';
import { makeDataset, type Dataset } from './dataset.js';
import { DataError, messageOf } from './errors.js';
import type { ReadOptions } from './file-bytes.js';
import { readIdxPair } from './idx.js';
import { materialize, type DatasetSource } from './materialize.js';
import { importExport, type ModuleExport } from './user-module.js';

/** Two IDX files; without labels the dataset has no targets. */
export interface IdxSpec extends ReadOptions {
  readonly type: 'idx';
  readonly images: string;
  readonly labels?: string | null;
}

/** A CSV file and how to read it. */
export interface CsvSpec extends CsvOptions {
  readonly type: 'csv';
  readonly path: string;
}

/**
 * A user's own dataset: the export is a {@link Dataset}, a source for {@link materialize}, or a
 * function or class that makes one from `args`.
 */
export interface ModuleSpec extends ModuleExport {
  readonly args?: readonly unknown[];
}

/** Where samples come from, as a config says it. */
export type DatasetSpec = IdxSpec | CsvSpec | ModuleSpec;

export interface LoadOptions {
  /**
   * The training set, for a validation or test set: samples must have its shapes, and class names
   * keep its indices.
   */
  readonly like?: Dataset;
}

/**
 * Loads what a config describes; paths are as in {@link resolveDataPath}.
 *
 * @throws {DataError} for files and modules that are missing, broken, or do not fit `like`.
 * @example
 * const train = await loadDataset({ type: 'csv', path: 'iris.csv', target: 'species', targetType: 'class' }, configDir);
 */
export async function loadDataset(
  spec: DatasetSpec,
  baseDir: string,
  options: LoadOptions = {},
): Promise<Dataset> {
  const { like } = options;
  const { dataset, name } = await load(spec, baseDir, like);
  if (like !== undefined) checkLike(name, dataset, like);
  return dataset;
}

interface Loaded {
  readonly dataset: Dataset;
  readonly name: string;
}

async function load(
  spec: DatasetSpec,
  baseDir: string,
  like: Dataset | undefined,
): Promise<Loaded> {
  if ('module' in spec) {
    return { dataset: await loadModule(spec, baseDir), name: String(spec.module) };
  }
  switch (spec.type) {
    case 'idx': {
      const images = resolveDataPath(spec.images, baseDir);
      const labels = typeof spec.labels === 'string' ? resolveDataPath(spec.labels, baseDir) : null;
      return { dataset: await readIdxPair(images, labels, spec), name: spec.images };
    }
    case 'csv': {
      const path = resolveDataPath(spec.path, baseDir);
      const classNames = spec.classNames ?? like?.targets?.classNames;
      const known = spec.targetType === 'class' && classNames !== undefined ? { classNames } : {};
      return { dataset: await readCsv(path, { ...spec, ...known }), name: spec.path };
    }
  }
}

async function loadModule(spec: ModuleSpec, baseDir: string): Promise<Dataset> {
  const exported = await importExport(spec, baseDir);
  const name = `${String(spec.module)}: ${spec.export ?? 'default'}`;
  const made = await make(exported, spec.args ?? [], name);
  try {
    return isDataset(made)
      ? makeDataset(made.length, made.inputs, made.targets)
      : await materialize(made as DatasetSource);
  } catch (error) {
    if (!(error instanceof DltrainError)) throw error;
    throw new DataError(`${name}: ${error.message}`, { cause: error });
  }
}

/** Calls a function, constructs a class, and leaves anything else as it is. */
async function make(exported: unknown, args: readonly unknown[], name: string): Promise<unknown> {
  if (typeof exported !== 'function') return exported;
  const isClass = Function.prototype.toString.call(exported).startsWith('class');
  try {
    return isClass
      ? Reflect.construct(exported, args)
      : await (exported as (...args: readonly unknown[]) => unknown)(...args);
  } catch (error) {
    throw new DataError(`${name} threw: ${messageOf(error)}`, { cause: error });
  }
}

function isDataset(value: unknown): value is Dataset {
  return (
    typeof value === 'object' &&
    value !== null &&
    'inputs' in value &&
    isColumn(value.inputs) &&
    'targets' in value &&
    (value.targets === null || isColumn(value.targets))
  );
}

function isColumn(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    ArrayBuffer.isView(value.data) &&
    'shape' in value &&
    Array.isArray(value.shape)
  );
}

function checkLike(name: string, dataset: Dataset, like: Dataset): void {
  const pairs = [
    ['inputs', dataset.inputs, like.inputs],
    ['targets', dataset.targets, like.targets],
  ] as const;
  for (const [what, column, other] of pairs) {
    if (column === null || other === null) continue;
    if (column.dtype === other.dtype && column.shape.join() === other.shape.join()) continue;
    throw new DataError(
      `${name}: ${what} are ${column.dtype} [${column.shape.join(', ')}], but those of the training set are ${other.dtype} [${other.shape.join(', ')}]`,
    );
  }
}
