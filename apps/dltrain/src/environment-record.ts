import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { version } from './version.js';

/** What a run was made with: what fixes its bits, and what its speed depends on. */
export function describeEnvironment(run: {
  readonly variant: string;
  readonly workers: number;
}): Record<string, unknown> {
  return {
    dltrain: version,
    node: process.versions.node,
    v8: process.versions.v8,
    platform: platform(),
    release: release(),
    arch: arch(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_bytes: totalmem(),
    ...run,
    kernels_sha256: kernelsHash(run.variant),
    argv: process.argv.slice(2),
    started: new Date().toISOString(),
  };
}

/** The SHA-256 of the module that did the arithmetic. */
function kernelsHash(variant: string): string {
  const file = variant.startsWith('fast') ? 'relaxed.wasm' : 'exact.wasm';
  const entry = createRequire(import.meta.url).resolve('@dltrain/kernels');
  return createHash('sha256')
    .update(readFileSync(new URL(file, `file://${entry}`)))
    .digest('hex');
}
