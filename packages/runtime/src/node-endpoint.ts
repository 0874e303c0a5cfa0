import { createRequire } from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import type { Endpoint } from 'comlink';

// comlink ships its adapter for Node as a script that only `require` reads as what it is.
const adapter = createRequire(import.meta.url)('comlink/dist/umd/node-adapter.js') as (
  port: MessagePort,
) => Endpoint;

/** A message port of Node in the form comlink talks to. */
export function nodeEndpoint(port: MessagePort): Endpoint {
  return adapter(port);
}
