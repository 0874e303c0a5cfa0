import type { TrainEvent } from '../options.js';
import { toMessage, type EventMessage } from './event-message.js';

/**
 * An event as a line of `metrics.jsonl`, without the line break: the fields of
 * `proto/events.proto` by their names there, after `event`, which says the kind. Numbers that JSON
 * lacks are the strings "NaN", "Infinity" and "-Infinity", as in protobuf's own JSON.
 *
 * @example
 * ```ts
 * eventLine({ event: 'step', step: 1, epoch: 1, loss: 2.5, learningRate: 0.1, samples: 128,
 *   elapsedMs: 3, gradNorm: null, metrics: { accuracy: 0.25 } });
 * // {"event":"step","step":1,"epoch":1,"loss":2.5,"learning_rate":0.1,"samples":128,
 * //  "elapsed_ms":3,"grad_norm":null,"metrics":{"accuracy":0.25}}
 * ```
 */
export function eventLine(event: TrainEvent): string {
  return lineOf(event, toMessage(event));
}

/** As `eventLine`, for who has the message already. */
export function lineOf(event: TrainEvent, message: EventMessage): string {
  return JSON.stringify({ event: event.event, ...readableFields(event, message) }, finiteOrText);
}

/** The message with words for the enums' numbers, and shapes as plain lists. */
function readableFields(event: TrainEvent, message: EventMessage): object | null | undefined {
  switch (event.event) {
    case 'start':
      return {
        ...message.start,
        model: message.start?.model.map((line) => ({
          ...line,
          output_shape: line.output_shape?.sizes ?? null,
        })),
      };
    case 'step':
      return message.step;
    case 'validation':
      return { ...message.validation, split: event.split };
    case 'statistics':
      return {
        ...message.statistics,
        layers: message.statistics?.layers.map((layer) => ({
          ...layer,
          shape: layer.shape?.sizes ?? [],
        })),
      };
    case 'end':
      return { ...message.end, reason: event.reason };
    case 'resume':
    case 'checkpoint':
    case 'recovery':
    case 'nonfinite':
    case 'weights':
    case 'warning':
      return message[event.event];
  }
}

function finiteOrText(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
