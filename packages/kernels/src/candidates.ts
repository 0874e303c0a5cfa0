import type { EngineFlag } from './engine-flags.js';

/** `exact`: the same bits on every machine. `fast`: multiply and add may be fused. */
export type Mode = 'exact' | 'fast';

/** The register tiles that `setTile` knows: assembly/tile.ts. */
const plainTile = 0;
const tile4x16 = 1;
const tile4x8 = 2;

/** One way to run the kernels: a register tile, and what V8 must be told before it compiles. */
export interface Candidate {
  /** Printable name. */
  readonly variant: string;
  readonly tile: number;
  readonly flags: readonly EngineFlag[];
  /** Another .wasm than the one of the mode. */
  readonly wasm?: Uint8Array;
}

/** What the choice depends on. */
export interface Host {
  readonly arch: string;
  /** Major version of Node. */
  readonly node: number;
  /** Whether the engine is V8, and takes its flags. */
  readonly v8: boolean;
}

const thisHost: Host = {
  arch: process.arch,
  node: Number(process.versions.node.split('.')[0]),
  v8: 'v8' in process.versions && !('bun' in process.versions),
};

/**
 * The candidates for a mode on a host, the fastest first. V8 on x64 pairs 128-bit operations into
 * 256-bit ones when it is told to (compiled in from Node 23.5 on; an older Node prints a line about
 * the unknown flag, so it is not asked). Without that, a smaller tile keeps its sums in registers.
 * The last, plain one computes an element at a time.
 */
export function candidatesFor(mode: Mode, host: Host = thisHost): Candidate[] {
  const optimised: EngineFlag[] = host.v8 ? ['optimise-at-once'] : [];
  const relaxed: EngineFlag[] =
    mode === 'fast' && host.v8 && host.node < 22 ? ['allow-relaxed-simd'] : [];
  const candidates: Candidate[] = [];
  if (host.v8 && host.arch === 'x64' && host.node >= 24) {
    candidates.push({
      variant: `${mode}-256`,
      tile: tile4x16,
      flags: [...optimised, 'revectorize', ...relaxed],
    });
  }
  candidates.push(
    {
      variant: `${mode}-128`,
      tile: tile4x8,
      flags: [...optimised, ...relaxed],
    },
    { variant: `${mode}-plain`, tile: plainTile, flags: relaxed },
  );
  return candidates;
}
