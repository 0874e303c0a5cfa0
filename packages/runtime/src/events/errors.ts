import { DltrainError } from '@dltrain/core';

/** An event log that cannot be written or is not one. */
export class EventLogError extends DltrainError {
  constructor(
    message: string,
    /** Byte at which the record in question begins; null where none is meant. */
    readonly offset: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * An event log that ends inside a record, as a process that was killed leaves it. Every record
 * before `offset` is whole and was delivered.
 */
export class TruncatedEventLogError extends EventLogError {
  declare readonly offset: number;
}

/** A weights manifest that cannot be written or is not one. */
export class ManifestError extends DltrainError {}

/** A manifest that a newer dltrain wrote: whole, but not to be understood here. */
export class NewerFormatError extends ManifestError {}

/** A schema that should lie beside the code and does not. */
export class SchemaError extends DltrainError {}

/** Bytes that are no message of the schema they are read by. */
export class DecodeError extends DltrainError {}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
