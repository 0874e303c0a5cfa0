import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { candidatesFor, type Candidate, type Mode } from './candidates.js';
import { withEngineFlags } from './engine-flags.js';
import { KernelsError } from './errors.js';
import { Heap } from './heap.js';
import { instantiateKernels, type CompiledKernels, type Kernels } from './instantiate.js';
import { reservedBytes, reserveMemory } from './memory.js';
import { KernelMismatchError, verifyKernels } from './verify.js';
import { checkBytes, verifyAgainstBaseline } from './verify-baseline.js';
import * as WebAssembly from './webassembly.js';

/** No variant of the kernels can be compiled and computes what it should. */
export class NoKernelsError extends KernelsError {}

export interface CompileOptions {
  readonly mode: Mode;
  /** Variants to try, in this order; by default those that suit this machine, fastest first. */
  readonly candidates?: readonly Candidate[];
}

/**
 * Compiles the kernels and chooses the fastest variant that works here. Each candidate is compiled
 * to optimised code and checked in it against the plain kernel; one that differs is passed over.
 * The result can be posted to threads, which share the code.
 *
 * V8 flags are changed while it compiles, for the whole process, and set back.
 *
 * @throws {NoKernelsError} when no candidate works.
 * @throws {KernelsError} for another mode.
 * @example
 * const compiled = compileKernels({ mode: 'exact' });
 * compiled.variant; // 'exact-256' on x64 with Node 24
 */
export function compileKernels({ mode, candidates }: CompileOptions): CompiledKernels {
  if (candidates) return choose(mode, candidates);
  const compiled = chosen.get(mode) ?? choose(mode, candidatesFor(mode));
  chosen.set(mode, compiled);
  return compiled;
}

/** What was chosen for each mode by default: once a thread is enough. */
const chosen = new Map<Mode, CompiledKernels>();

const files: Readonly<Record<Mode, string>> = { exact: 'exact.wasm', fast: 'relaxed.wasm' };

function choose(mode: Mode, candidates: readonly Candidate[]): CompiledKernels {
  if (!Object.hasOwn(files, mode)) {
    throw new KernelsError(`There is no mode '${mode}' of the kernels; it is exact or fast.`);
  }
  const wasm = readFileSync(new URL(`../dist/${files[mode]}`, import.meta.url));
  const sha256 = createHash('sha256').update(wasm).digest('hex');
  const rejected: { variant: string; reason: string }[] = [];
  for (const candidate of candidates) {
    const { variant, tile, flags } = candidate;
    const bytes = withName(candidate.wasm ?? wasm, variant);
    try {
      const module = withEngineFlags(flags, () => new WebAssembly.Module(bytes));
      const compiled = { module, mode, tile, variant, sha256, rejected };
      verifyAlone(compiled, flags.includes('revectorize') ? wasm : null);
      return compiled;
    } catch (error) {
      if (!isAboutCandidate(error)) throw error;
      rejected.push({ variant, reason: error.message });
    }
  }
  const reasons = rejected.map(({ variant, reason }) => `  ${variant}: ${reason}`);
  throw new NoKernelsError(
    `No variant of the kernels works with mode '${mode}' on Node ${process.version} (${process.arch}):\n` +
      `${reasons.join('\n')}\nUse Node 20.19 or later, or mode 'exact'.`,
  );
}

/** Whether the engine refused a candidate, or it computed something wrong, or trapped. */
function isAboutCandidate(error: unknown): error is Error {
  return (
    error instanceof KernelMismatchError ||
    error instanceof WebAssembly.CompileError ||
    error instanceof WebAssembly.RuntimeError
  );
}

/**
 * Checks kernels in a small memory of their own. Given the bytes of the module, checks all of them
 * against what the baseline compiler makes of these, too: flags of the engine concern every kernel.
 */
function verifyAlone(compiled: CompiledKernels, wasm: Uint8Array | null): void {
  const { kernels, heap } = aside(compiled);
  verifyKernels(kernels, heap);
  if (!wasm) return;
  const module = new WebAssembly.Module(withName(wasm, 'baseline'));
  const baseline = aside({ ...compiled, module });
  verifyAgainstBaseline(kernels, baseline.kernels, heap.allocate(checkBytes, 'check'));
}

/** Links kernels to a memory of their own. */
function aside(compiled: CompiledKernels): { kernels: Kernels; heap: Heap } {
  const memory = reserveMemory({ bytes: 8 * 1024 * 1024 });
  const kernels = instantiateKernels(compiled, memory);
  const heap = new Heap(reservedBytes, memory.buffer.byteLength);
  const { scratchBytes, setScratch, setTile } = kernels.exports;
  if (!scratchBytes || !setScratch || !setTile) {
    throw new KernelMismatchError('The module lacks scratchBytes, setScratch or setTile.');
  }
  setScratch(heap.allocate(scratchBytes(), 'scratch'));
  setTile(compiled.tile);
  return { kernels, heap };
}

/**
 * The module with its variant's name in a custom section. V8 hands out code that it has compiled
 * before for the same bytes, whatever the flags were then; a name makes the bytes different.
 */
function withName(wasm: Uint8Array, variant: string): Uint8Array {
  const name = Buffer.from('variant');
  const content = Buffer.from(variant);
  const body = Buffer.concat([Buffer.of(name.length), name, content]);
  if (body.length > 127) {
    throw new RangeError(`The name of a variant has at most 100 letters, not '${variant}'.`);
  }
  return Buffer.concat([wasm, Buffer.of(0, body.length), body]);
}
