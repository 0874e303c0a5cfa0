import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { EventLog } from './event-log.js';
import { readEvents } from './read-events.js';
import { loadMessageType, schemaPath } from './schema.js';

const loaded = createRequire(import.meta.url).cache;
const isLoaded = () => Object.keys(loaded).some((file) => file.includes('protobufjs'));

describe('loadMessageType', () => {
  it('is what loads protobufjs, not an import of this code', async () => {
    expect([EventLog, readEvents].every((item) => typeof item === 'function')).toBe(true);
    expect(isLoaded()).toBe(false);
    await loadMessageType('events.proto', 'dltrain.v1.Event');
    expect(isLoaded()).toBe(true);
  });

  it('finds every schema, in the language version that the code is written for', async () => {
    for (const file of ['events.proto', 'manifest.proto', 'checkpoint.proto'] as const) {
      expect(await readFile(schemaPath(file), 'utf8')).toMatch(/^syntax = "proto3";$/m);
    }
  });

  it('fails for a message that the schema does not have', async () => {
    await expect(loadMessageType('events.proto', 'dltrain.v1.Nothing')).rejects.toThrow(/Nothing/);
  });
});
