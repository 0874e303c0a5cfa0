import { setFlagsFromString } from 'node:v8';

/**
 * What V8 can be told before it compiles kernels:
 * - `optimise-at-once`: compile all functions, in the optimising compiler, when the module is made.
 *   By default functions are compiled at their first call by a baseline compiler, which never pairs
 *   vectors and whose code is replaced only after many calls.
 * - `revectorize`: pair 128-bit operations into 256-bit ones.
 * - `allow-relaxed-simd`: accept relaxed instructions (Node 20; later ones do anyway).
 */
export type EngineFlag = 'optimise-at-once' | 'revectorize' | 'allow-relaxed-simd';

interface Setting {
  readonly set: string;
  readonly restore: string;
}

const settings: Readonly<Record<EngineFlag, readonly Setting[]>> = {
  'optimise-at-once': [
    { set: '--no-liftoff', restore: '--liftoff' },
    { set: '--no-wasm-lazy-compilation', restore: '--wasm-lazy-compilation' },
  ],
  revectorize: [
    {
      set: '--experimental-wasm-revectorize',
      restore: '--no-experimental-wasm-revectorize',
    },
  ],
  'allow-relaxed-simd': [
    {
      set: '--experimental-wasm-relaxed-simd',
      restore: '--no-experimental-wasm-relaxed-simd',
    },
  ],
};

/**
 * Does something, such as compiling a module, under V8 flags. They apply to the whole process, all
 * its threads included, so they are set back behind it, unless they stood on Node's command line.
 */
export function withEngineFlags<T>(flags: readonly EngineFlag[], action: () => T): T {
  const given = new Set([...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)]);
  const changes = flags.flatMap((flag) => settings[flag]).filter(({ set }) => !given.has(set));
  for (const { set } of changes) setFlagsFromString(set);
  try {
    return action();
  } finally {
    for (const { restore } of changes) setFlagsFromString(restore);
  }
}
