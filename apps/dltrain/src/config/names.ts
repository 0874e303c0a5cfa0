/** `outFeatures` as it is spelt in a config. */
export function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `out_features` as it is spelt in code. */
function camelCase(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

/** Plain data of type T with its keys in camelCase. */
export type Camelized<T> = T extends readonly (infer Item)[]
  ? readonly Camelized<Item>[]
  : T extends object
    ? { [K in keyof T as K extends string ? CamelCase<K> : K]: Camelized<T[K]> }
    : T;

/** Plain data of a config as options of the library. */
export function camelKeys<T>(value: T): Camelized<T> {
  return renameKeys(value, camelCase) as Camelized<T>;
}

/** A copy of plain data with every key renamed, except inside `args`, which are the user's. */
function renameKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      rename(key),
      key === 'args' ? inner : renameKeys(inner, rename),
    ]),
  );
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Absent and undefined are different things to the library's options. */
export function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, inner]) => inner !== undefined),
  ) as Defined<T>;
}
