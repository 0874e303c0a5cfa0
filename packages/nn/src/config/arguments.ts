import {
  describeValue,
  didYouMean,
  DltrainError,
  ShapeError,
  unknownOption,
  ValueError,
} from '@dltrain/core';

/** One number for both directions, or height and width. */
export type Size = number | readonly [height: number, width: number];

/** Zeros on every side, or as many as keep the size (`same`), or none (`valid`). */
export type Padding = Size | 'same' | 'valid';

/** A length of training that the batches alone decide: whole epochs or batches. */
export type TrainingDuration = { readonly epochs: number } | { readonly batches: number };

interface ArgumentKinds {
  int: number;
  number: number;
  numbers: readonly number[];
  boolean: boolean;
  size: Size;
  padding: Padding;
  duration: TrainingDuration;
}

export type ArgumentKind = keyof ArgumentKinds;

/**
 * One argument of a layer, an optimizer or a schedule: the single source of its validation, of the
 * config's schema and of its documentation. It is required, or has a default; a default of null
 * means that something else follows from its absence, which `doc` says.
 */
export type ArgumentSpec = {
  readonly [K in ArgumentKind]: {
    readonly kind: K;
    readonly doc: string;
    readonly min?: number;
    readonly exclusiveMin?: number;
    readonly max?: number;
    readonly exclusiveMax?: number;
  } & (
    | { readonly required: true; readonly default?: undefined }
    | { readonly required?: undefined; readonly default: ArgumentKinds[K] | null }
  );
}[ArgumentKind];

/** The arguments of a type by their names, in camelCase (a config spells them in snake_case). */
export type ArgumentTable = Readonly<Record<string, ArgumentSpec>>;

type ValueOf<S extends ArgumentSpec> =
  ArgumentKinds[S['kind']] | (S extends { readonly default: null } ? null : never);

type RequiredNames<T extends ArgumentTable> = {
  [K in keyof T]: T[K] extends { readonly required: true } ? K : never;
}[keyof T];

/** What a user writes for a table: the required arguments, and any of the others. */
export type GivenArguments<T extends ArgumentTable> = {
  readonly [K in RequiredNames<T>]: ValueOf<T[K]>;
} & {
  readonly [K in Exclude<keyof T, RequiredNames<T>>]?: ValueOf<T[K]>;
};

/** What a builder gets: every argument, with the defaults filled in. */
export type Arguments<T extends ArgumentTable> = {
  readonly [K in keyof T]: ValueOf<T[K]>;
};

/**
 * What a registry says of one type, whatever it builds: what schemas and documents are made from.
 *
 * @example
 * for (const [type, { doc, parameters }] of Object.entries(layerTypes)) print(type, doc, parameters);
 */
export interface TypeEntry<T extends ArgumentTable = ArgumentTable> {
  readonly doc: string;
  readonly parameters: T;
}

/** Where in a specification something is: `['layers', 2, 'kernelSize']`, keys in camelCase. */
export type SpecPath = readonly (string | number)[];

/** A specification of a model, an optimizer or a schedule that cannot be built; `path` is the place. */
export class SpecError extends DltrainError {
  constructor(
    message: string,
    readonly path: SpecPath,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An argument that is fine by itself, but does not fit what is around it. */
export class ArgumentError extends ShapeError {
  constructor(
    message: string,
    /** Its name, in camelCase. */
    readonly argument: string,
  ) {
    super(message);
  }
}

/** Runs a builder; what it has against its arguments becomes an error that says where they stand. */
export function buildAt<T>(
  path: SpecPath,
  build: () => T,
  wrap: (error: Error, place: SpecPath) => Error = (error, place) =>
    new SpecError(error.message, place, { cause: error }),
): T {
  try {
    return build();
  } catch (error) {
    if (error instanceof ArgumentError) throw wrap(error, [...path, error.argument]);
    if (error instanceof ShapeError || error instanceof ValueError) throw wrap(error, path);
    throw error;
  }
}

/** A specification: the name of a type, or an object of its `type` and arguments. */
export type Spec = string | ({ readonly type: string } & Readonly<Record<string, unknown>>);

/** The entry that a specification names, and the arguments beside the name. */
export function lookUpType<E extends TypeEntry>(
  what: string,
  types: Readonly<Record<string, E>>,
  spec: Spec,
  path: SpecPath,
): { type: string; entry: E; given: Readonly<Record<string, unknown>> } {
  const { type, ...given } = typeof spec === 'string' ? { type: spec } : spec;
  const entry = Object.hasOwn(types, type) ? types[type] : undefined;
  if (entry === undefined) {
    const names = Object.keys(types);
    throw new SpecError(
      `there is no ${what} '${type}'.${didYouMean(type, names)} There are ${names.join(', ')}.`,
      [...path, 'type'],
    );
  }
  return { type, entry, given };
}

/**
 * Checks arguments against a table and fills in the defaults.
 * @throws SpecError at the first argument that is unknown, missing, of another kind or out of range
 */
export function resolveArguments<T extends ArgumentTable>(
  type: string,
  table: T,
  given: Readonly<Record<string, unknown>>,
  path: SpecPath,
): Arguments<T> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(table, name)) {
      const message = unknownOption(type, 'argument', name, Object.keys(table));
      throw new SpecError(message, [...path, name]);
    }
  }
  const values = Object.entries(table).map(([name, spec]) => {
    const value = given[name] ?? spec.default;
    if (value === undefined) {
      throw new SpecError(`${type} needs '${name}': ${spec.doc}`, path);
    }
    const problem = value === null ? undefined : problemWith(value, spec);
    if (problem !== undefined) {
      throw new SpecError(`${type}: '${name}' is ${describeValue(value)}; it must be ${problem}`, [
        ...path,
        name,
      ]);
    }
    return [name, value];
  });
  return Object.fromEntries(values) as Arguments<T>;
}

type Present<A> = { readonly [K in keyof A]?: Exclude<A[K], null> };

/** The arguments without those that were left out with null as their default. */
export function presentArguments<A extends object>(args: A): Present<A> {
  return Object.fromEntries(
    Object.entries(args).filter(([, value]) => value !== null),
  ) as Present<A>;
}

/** What a value should have been, or undefined if it is fine. */
function problemWith(value: unknown, spec: ArgumentSpec): string | undefined {
  const range = rangeOf(spec);
  const inRange = (number: unknown) =>
    typeof number === 'number' &&
    Number.isFinite(number) &&
    !(number < (spec.min ?? -Infinity)) &&
    !(number <= (spec.exclusiveMin ?? -Infinity)) &&
    !(number > (spec.max ?? Infinity)) &&
    !(number >= (spec.exclusiveMax ?? Infinity));
  const whole = (number: unknown) => Number.isSafeInteger(number) && inRange(number);
  const size = (sizes: unknown) =>
    whole(sizes) || (Array.isArray(sizes) && sizes.length === 2 && sizes.every(whole));
  switch (spec.kind) {
    case 'int':
      return whole(value) ? undefined : `a whole number${range}`;
    case 'number':
      return inRange(value) ? undefined : `a number${range}`;
    case 'numbers':
      return Array.isArray(value) && value.length > 0 && value.every(inRange)
        ? undefined
        : `a list of numbers${range}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'size':
      return size(value) ? undefined : `a whole number${range}, or two: [height, width]`;
    case 'padding':
      return size(value) || value === 'same' || value === 'valid'
        ? undefined
        : `'same', 'valid', a whole number${range}, or two: [height, width]`;
    case 'duration':
      return isTrainingDuration(value) ? undefined : 'whole epochs or batches, one or more';
  }
}

function rangeOf({ min, exclusiveMin, max, exclusiveMax }: ArgumentSpec): string {
  const bounds = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(exclusiveMin === undefined ? [] : [`above ${exclusiveMin}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(exclusiveMax === undefined ? [] : [`below ${exclusiveMax}`]),
  ];
  return bounds.length === 0 ? '' : ` (${bounds.join(', ')})`;
}

function isTrainingDuration(value: unknown): value is TrainingDuration {
  if (typeof value !== 'object' || value === null) return false;
  const [entry, ...rest] = Object.entries(value);
  if (entry === undefined || rest.length > 0) return false;
  const [unit, count] = entry as [string, unknown];
  return (
    (unit === 'epochs' || unit === 'batches') && Number.isSafeInteger(count) && Number(count) > 0
  );
}
