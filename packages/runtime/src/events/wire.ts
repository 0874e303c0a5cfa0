import { DecodeError } from './errors.js';

/** Steps over the fields of a message in the wire format of protobuf. */
export class Wire {
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
