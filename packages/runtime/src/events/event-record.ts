import type { TrainEvent } from '../options.js';
import { EventLogError } from './errors.js';
import { toMessage, type EventMessage } from './event-message.js';
import { maxRecordBytes } from './records.js';
import { loadMessageType, type MessageType } from './schema.js';

export function loadEventType(): Promise<MessageType<EventMessage>> {
  return loadMessageType<EventMessage>('events.proto', 'dltrain.v1.Event');
}

/**
 * An event as a log stores it, after its length.
 * @throws EventLogError if it is longer than any that is read
 */
export function recordOf(
  type: MessageType<EventMessage>,
  kind: TrainEvent['event'],
  message: EventMessage,
): Uint8Array {
  const record = type.encodeDelimited(message);
  if (record.length <= maxRecordBytes) return record;
  throw new EventLogError(
    `a ${kind} event of ${record.length} bytes; at most ${maxRecordBytes} are allowed`,
  );
}

/** @throws EventLogError if no log could store the event */
export async function checkStorable(event: TrainEvent): Promise<void> {
  recordOf(await loadEventType(), event.event, toMessage(event));
}
