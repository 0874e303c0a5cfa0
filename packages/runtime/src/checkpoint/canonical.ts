import { createHash } from 'node:crypto';

/** Of a longer fact, such as weights among a module's arguments, there is the SHA-256. */
const longestFact = 4096;

/**
 * The facts in a value, as JSON text by key: objects, and lists of objects, are gone into, so that two
 * values can be compared fact by fact. What is undefined is left out. No text is longer than a page.
 *
 * @example
 * factsOf('optimizer', { type: 'sgd', lr: 0.1 }); // [['optimizer.type', '"sgd"'], ['optimizer.lr', '0.1']]
 */
export function factsOf(key: string, value: unknown): [key: string, json: string][] {
  const parts = partsOf(value);
  if (parts === null || parts.length === 0) return [[key, shortened(canonicalJson(value))]];
  return parts.flatMap(([name, part]) =>
    part === undefined ? [] : factsOf(`${key}.${keyPart(name)}`, part),
  );
}

/** A name with a dot in it is no path. */
function keyPart(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}

function shortened(json: string): string {
  if (json.length <= longestFact) return json;
  return `{"SHA-256":["${createHash('sha256').update(json).digest('hex')}"]}`;
}

/** What is gone into; null for what is one fact. */
function partsOf(value: unknown): (readonly [string, unknown])[] | null {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (!items.some(isPlain)) return null;
    return items.map((item, i) => [String(i), item]);
  }
  return isPlain(value) ? Object.entries(value) : null;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * One text for one value, of whatever can be sent to a thread: keys are sorted, and what JSON has no
 * word for is told by name (`{"NaN":[]}`, `{"Float32Array":[1,2]}`), so that it equals nothing else.
 */
function canonicalJson(value: unknown, above: readonly object[] = []): string {
  if (typeof value !== 'object' || value === null) return canonicalPrimitive(value);
  // A value that contains itself is the same for the same distance.
  const distance = above.indexOf(value);
  if (distance >= 0) return `{"itself":[${above.length - distance}]}`;
  const inside = [...above, value];
  const list = (items: Iterable<unknown>): string =>
    `[${Array.from(items, (item) => canonicalJson(item, inside)).join(',')}]`;
  if (Array.isArray(value)) return list(value);
  if (isPlain(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    const fields = keys
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key], inside)}`);
    return `{${fields.join(',')}}`;
  }
  const name = JSON.stringify(value.constructor.name);
  if (value instanceof Map || value instanceof Set) return `{${name}:${list(value)}}`;
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `{${name}:${list(value instanceof DataView ? bytes : (value as Uint8Array))}}`;
  }
  if (value instanceof ArrayBuffer) return `{${name}:${list(new Uint8Array(value))}}`;
  if (value instanceof Date) return `{${name}:[${value.getTime()}]}`;
  if (value instanceof RegExp) return `{${name}:[${JSON.stringify(String(value))}]}`;
  return `{${name}:${list(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))}}`;
}

function canonicalPrimitive(value: unknown): string {
  if (Object.is(value, -0)) return '{"-0":[]}';
  if (typeof value === 'number' && !Number.isFinite(value)) return `{"${value}":[]}`;
  if (typeof value === 'bigint') return `{"bigint":["${value}"]}`;
  if (value === undefined) return '{"undefined":[]}';
  return JSON.stringify(value);
}
