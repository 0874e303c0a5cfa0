import { EventLogError, TruncatedEventLogError } from './errors.js';

/**
 * No record is longer: a reader needs no more memory than this, whatever the length in front of a
 * record claims. An event is a few hundred bytes, the start of a run with 10,000 layers 600 KB.
 */
export const maxRecordBytes = 1 << 20;

/** Bytes of a varint of 32 bits; a longer one is no length. */
const maxLengthBytes = 5;

export interface StoredRecord {
  /** Position of the record's length, in bytes from the beginning. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Cuts length-delimited records out of chunks of any size. Throws TruncatedEventLogError after the
 * last whole record if bytes of another follow, EventLogError at a length that no record has.
 */
export async function* splitRecords(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  source: string,
): AsyncGenerator<StoredRecord, void, undefined> {
  let rest: Uint8Array = new Uint8Array(0);
  let offset = 0;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (;;) {
      const header = readLength(rest, start, offset, source);
      if (header === null || header.end + header.length > rest.length) break;
      const end = header.end + header.length;
      yield { offset, bytes: rest.subarray(header.end, end) };
      offset += end - start;
      start = end;
    }
    rest = rest.subarray(start);
  }
  if (rest.length > 0) {
    throw new TruncatedEventLogError(
      `${source} ends inside the record at byte ${offset}, as when a run is killed; ` +
        'the records before it are whole',
      offset,
    );
  }
}

/** The length at a position and where it ends; null if more bytes are needed to tell. */
function readLength(
  bytes: Uint8Array,
  start: number,
  offset: number,
  source: string,
): { length: number; end: number } | null {
  let length = 0;
  for (let i = 0; i < maxLengthBytes; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) {
      if (length > maxRecordBytes) {
        throw new EventLogError(
          `${source}, byte ${offset}: a record of ${length} bytes, where at most ` +
            `${maxRecordBytes} are allowed; this is no event log, or a damaged one`,
          offset,
        );
      }
      return { length, end: start + i + 1 };
    }
  }
  throw new EventLogError(
    `${source}, byte ${offset}: the length of a record does not end after ${maxLengthBytes} ` +
      'bytes; this is no event log, or a damaged one',
    offset,
  );
}
