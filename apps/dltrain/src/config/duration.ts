import type { Duration } from '@dltrain/runtime';

const pattern = /^(\d+(?:\.\d+)?)(ep|ba|ms|s)$/;

/**
 * Reads `10ep`, `500ba`, `60s` or `250ms`. Epochs and batches are whole; the result is undefined
 * where the text is none of these, or is zero.
 */
export function parseDuration(text: string): Duration | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const amount = Number(match[1]);
  const unit = match[2];
  if (!(amount > 0) || !Number.isFinite(amount)) return undefined;
  if (unit === 's') return { seconds: amount };
  if (unit === 'ms') return { seconds: amount / 1000 };
  if (!Number.isSafeInteger(amount)) return undefined;
  return unit === 'ep' ? { epochs: amount } : { batches: amount };
}

/** Reads a duration that the schema has let through. */
export function durationOf(text: string): Duration {
  const duration = parseDuration(text);
  if (duration === undefined) throw new TypeError(`'${text}' is no duration`);
  return duration;
}
