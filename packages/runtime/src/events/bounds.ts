import { EventLogError } from './errors.js';

/** More are refused in either direction: a log is read with bounded memory. */
const maxAxes = 64;

const loneSurrogates = /\p{Surrogate}/gu;

/** Half of a surrogate pair has no UTF-8; protobufjs would write bytes that no reader accepts. */
export function wellFormed(text: string): string {
  return text.replace(loneSurrogates, '\uFFFD');
}

/** @throws EventLogError for more axes than are allowed, or a size that is none */
export function sizesOf(shape: readonly number[]): readonly number[] {
  return atMost(maxAxes, 'axes', shape).map((size) => uint32('size of an axis', size));
}

/** @throws EventLogError when there are more */
export function atMost<Item>(limit: number, what: string, items: readonly Item[]): readonly Item[] {
  if (items.length <= limit) return items;
  throw new EventLogError(`${items.length} ${what} in one event; at most ${limit} are allowed`);
}

/**
 * The wire format would wrap anything else around without a word.
 * @throws EventLogError for anything else
 */
export function uint32(what: string, value: number): number {
  if (value === value >>> 0) return value;
  throw new EventLogError(`${what} is ${value}; it must be a whole number from 0 to 2^32 - 1`);
}
