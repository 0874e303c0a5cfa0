import { FileError, piecesOfFile } from '@dltrain/core';
import type { TrainEvent } from '../options.js';
import { DecodeError, EventLogError } from './errors.js';
import { fromMessage, type EventMessage } from './event-message.js';
import { loadEventType } from './event-record.js';
import { splitRecords, type StoredRecord } from './records.js';
import type { MessageType } from './schema.js';

const chunkBytes = 256 * 1024;

/**
 * The events of an event log, oldest first, read as they are asked for: memory stays bounded for a
 * log of any length and for bytes that are no log at all. Fields and kinds of event that this
 * version does not know are passed over.
 *
 * @param source path of an `events.binpb`, or its bytes
 * @throws TruncatedEventLogError after the last whole record, if the log ends inside another; its
 * `offset` is where that begins
 * @throws EventLogError if the file cannot be read or a record makes no sense
 *
 * @example
 * ```ts
 * for await (const event of readEvents('runs/mnist/events.binpb')) {
 *   if (event.event === 'step') console.log(event.step, event.loss);
 * }
 * ```
 */
export async function* readEvents(
  source: string | Uint8Array,
): AsyncGenerator<TrainEvent, void, undefined> {
  const type = await loadEventType();
  const isPath = typeof source === 'string';
  const name = isPath ? source : 'the event log';
  for await (const record of splitRecords(isPath ? chunksOf(source) : [source], name)) {
    const event = decodeRecord(type, record, name);
    if (event !== null) yield event;
  }
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* piecesOfFile(path, chunkBytes);
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    throw new EventLogError(`cannot read the event log: ${path} ${cause.message}`, null, { cause });
  }
}

function decodeRecord(
  type: MessageType<EventMessage>,
  { offset, bytes }: StoredRecord,
  name: string,
): TrainEvent | null {
  const place = `${name}, byte ${offset}`;
  // Blocks of zeros are what a power cut leaves of data that never reached the disk.
  if (bytes.length === 0) throw new EventLogError(`${place}: an empty record`, offset);
  try {
    return fromMessage(type.decode(bytes));
  } catch (cause) {
    if (!(cause instanceof DecodeError || cause instanceof EventLogError)) throw cause;
    throw new EventLogError(`${place}: ${cause.message}`, offset, { cause });
  }
}
