import { DecodeError } from './errors.js';

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

/** Steps over the fields of a message in the wire format of protobuf. */
class Wire {
  #position = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.#position >= this.bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.bytes[this.#position++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new DecodeError(`damaged (a number at byte ${this.#position - 1} does not end)`);
  }

  /** The bytes of a field's value, which are passed over. */
  skip(wireType: number): number {
    const start = this.#position;
    const length = this.#lengthOf(wireType);
    if (this.#position + length > this.bytes.length) {
      throw new DecodeError(`damaged (the field at byte ${start} does not end)`);
    }
    this.#position += length;
    return length;
  }

  #lengthOf(wireType: number): number {
    switch (wireType) {
      case 0:
        this.varint();
        return 0;
      case 1:
        return 8;
      case 2:
        return this.varint();
      case 5:
        return 4;
      default:
        // Groups (3, 4) went out of use before this format began; 6 and 7 never were.
        throw new DecodeError(
          `damaged (wire type ${wireType} before byte ${this.#position} is not known)`,
        );
    }
  }
}
