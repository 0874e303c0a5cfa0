import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type * as protobuf from 'protobufjs';
import { DecodeError, SchemaError, messageOf } from './errors.js';

export type SchemaFile = 'events.proto' | 'manifest.proto' | 'checkpoint.proto';

/** One message of a schema. `Message` is what the schema says, in snake_case; tests compare the two. */
export interface MessageType<Message extends object> {
  encode(message: Message): Uint8Array;
  /** As `encode`, with the length in front. */
  encodeDelimited(message: Message): Uint8Array;
  /**
   * Fields that were not stored read as 0, '', [] or null. Fields that the schema does not have are
   * dropped, which bounds what hostile bytes can make of them. Throws DecodeError.
   */
  decode(bytes: Uint8Array): Message;
}

/**
 * A message type of a schema in `proto/`. protobufjs is loaded and the schema parsed when the first
 * is asked for: threads that write no files never pay for them.
 */
export async function loadMessageType<Message extends object>(
  file: SchemaFile,
  name: string,
): Promise<MessageType<Message>> {
  const { default: protobufjs } = await import('protobufjs');
  const root = await (roots[file] ??= loadRoot(protobufjs.parse, file));
  const type = root.lookupType(name);
  return {
    encode: (message) => type.encode(message).finish(),
    encodeDelimited: (message) => type.encodeDelimited(message).finish(),
    decode: (bytes) => {
      const reader = protobufjs.Reader.create(bytes);
      reader.discardUnknown = true;
      try {
        return type.decode(reader) as object as Message;
      } catch (cause) {
        // protobufjs throws Error, RangeError and TypeError alike
        throw new DecodeError(`damaged (${messageOf(cause)})`, { cause });
      }
    },
  };
}

const roots: Partial<Record<SchemaFile, Promise<protobuf.Root>>> = {};

async function loadRoot(parse: typeof protobuf.parse, file: SchemaFile): Promise<protobuf.Root> {
  const source = await readFile(schemaPath(file), 'utf8');
  return parse(source, { keepCase: true }).root;
}

/** Beside the built code; in the repository's own folder when the sources themselves are run. */
export function schemaPath(file: SchemaFile): string {
  const places = ['../proto/', '../../../../proto/'];
  const paths = places.map((place) => fileURLToPath(new URL(place + file, import.meta.url)));
  const path = paths.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new SchemaError(
      `the schema ${file} is missing (looked for ${paths.join(' and ')}); ` +
        'build again, or reinstall @dltrain/runtime',
    );
  }
  return path;
}
