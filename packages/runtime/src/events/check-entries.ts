import { DecodeError } from './errors.js';
import { Wire } from './wire.js';

/** What a repeated message may have. */
export interface EntryLimits {
  readonly mostEntries: number;
  readonly mostEntryBytes: number;
}

/**
 * Walks the top level of a message and counts the entries of a repeated field, before a decoder makes
 * objects of them: an empty entry takes 2 bytes of a file and 100 of memory.
 *
 * @throws {DecodeError} beyond the limits, and for bytes that are no message
 */
export function checkEntries(bytes: Uint8Array, field: number, limits: EntryLimits): void {
  const wire = new Wire(bytes);
  let entries = 0;
  while (!wire.done) {
    const tag = wire.varint();
    const length = wire.skip(tag % 8);
    if (Math.floor(tag / 8) !== field) continue;
    entries += 1;
    if (entries > limits.mostEntries) {
      throw new DecodeError(
        `it has more than ${limits.mostEntries} entries, the most that are read`,
      );
    }
    if (length > limits.mostEntryBytes) {
      throw new DecodeError(
        `entry ${entries} has ${length} bytes; at most ${limits.mostEntryBytes} are read`,
      );
    }
  }
}
