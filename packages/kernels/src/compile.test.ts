import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { candidatesFor, type Candidate } from './candidates.js';
import { compileKernels, NoKernelsError } from './compile.js';
import { Heap } from './heap.js';
import { KernelMismatchError, verifyKernels } from './verify.js';
import { kernelsWithoutCheck, verifyAgainstBaseline } from './verify-baseline.js';

const exactWasm = readFileSync(new URL('../dist/exact.wasm', import.meta.url));

/** Numbers of instructions on vectors of f32, behind the prefix 0xfd. */
const add = 0xe4;
const subtract = 0xe5;
const multiply = 0xe6;

/** The module with each of one instruction made another one. */
function withWrong(instruction: number, instead: number): Uint8Array {
  const wasm = Uint8Array.from(exactWasm);
  for (let i = 0; i + 2 < wasm.length; i++) {
    if (wasm[i] === 0xfd && wasm[i + 1] === instruction && wasm[i + 2] === 0x01) {
      wasm[i + 1] = instead;
    }
  }
  return wasm;
}

describe('candidatesFor', () => {
  const variants = (...host: [arch: string, node: number]) =>
    candidatesFor('exact', { arch: host[0], node: host[1], v8: true }).map((c) => c.variant);

  it('asks for 256 bits only where the engine has them', () => {
    expect(variants('x64', 24)).toEqual(['exact-256', 'exact-128', 'exact-plain']);
    expect(variants('x64', 20)).toEqual(['exact-128', 'exact-plain']);
    expect(variants('arm64', 24)).toEqual(['exact-128', 'exact-plain']);
  });

  it('allows relaxed instructions on Node 20 only, and only in mode fast', () => {
    const flags = (mode: 'exact' | 'fast', node: number) =>
      candidatesFor(mode, { arch: 'x64', node, v8: true }).flatMap((c) => c.flags);
    expect(flags('fast', 20)).toContain('allow-relaxed-simd');
    expect(flags('fast', 24)).not.toContain('allow-relaxed-simd');
    expect(flags('exact', 20)).not.toContain('allow-relaxed-simd');
  });

  it('gives no flags to an engine that is not V8', () => {
    const candidates = candidatesFor('exact', { arch: 'x64', node: 24, v8: false });
    expect(candidates.flatMap((c) => c.flags)).toEqual([]);
  });
});

describe('compileKernels', () => {
  it.each(['exact', 'fast'] as const)('takes the fastest variant for mode %s', (mode) => {
    const compiled = compileKernels({ mode });
    expect(compiled.rejected).toEqual([]);
    expect(compiled.variant).toBe(candidatesFor(mode)[0]?.variant);
    expect(compiled.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('knows no other mode: there is nothing to take for it', () => {
    expect(() => compileKernels({ mode: 'Exact' as 'exact' })).toThrow("no mode 'Exact'");
  });

  it('passes over a candidate whose code computes something else', () => {
    const [best] = candidatesFor('exact');
    if (!best) throw new Error('There are always candidates.');
    const wrong: Candidate = { ...best, variant: 'exact-wrong', wasm: withWrong(multiply, add) };
    const compiled = compileKernels({ mode: 'exact', candidates: [wrong, best] });
    expect(compiled.variant).toBe(best.variant);
    expect(compiled.rejected).toHaveLength(1);
    expect(compiled.rejected[0]?.variant).toBe('exact-wrong');
    expect(compiled.rejected[0]?.reason).toMatch(/gemm_f32 of variant exact-wrong computes/);
  });

  it('passes over a candidate that the engine refuses', () => {
    const [best] = candidatesFor('exact');
    if (!best) throw new Error('There are always candidates.');
    const refused: Candidate = { ...best, variant: 'refused', wasm: exactWasm.subarray(0, 100) };
    const compiled = compileKernels({ mode: 'exact', candidates: [refused, best] });
    expect(compiled.variant).toBe(best.variant);
    expect(compiled.rejected.map((r) => r.variant)).toEqual(['refused']);
  });

  it('says why nothing works', () => {
    const candidates = [{ variant: 'broken', tile: 0, flags: [], wasm: new Uint8Array(8) }];
    const attempt = () => compileKernels({ mode: 'exact', candidates });
    expect(attempt).toThrow(NoKernelsError);
    expect(attempt).toThrow(/broken: /);
  });
});

describe('verifyKernels', () => {
  it('runs in a thread that was sent the module', async () => {
    const compiled = compileKernels({ mode: 'exact' });
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const memory = new WebAssembly.Memory({ initial: 128, maximum: 128, shared: true });
       const { exports } = new WebAssembly.Instance(workerData.module, { env: { memory } });
       exports.setScratch(65536);
       exports.setTile(workerData.tile);
       const at = 65536 + exports.scratchBytes();
       new Float32Array(memory.buffer, at, 2).set([3, 5]);
       exports.gemm_f32(at + 64, at, at + 4, 0, 1, 1, 1, 0, 0, 0);
       parentPort.postMessage(new Float32Array(memory.buffer, at + 64, 1)[0]);`,
      { eval: true, workerData: { module: compiled.module, tile: compiled.tile } },
    );
    const product = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    expect(product).toBe(15);
    await worker.terminate();
  });

  it('finds a wrong kernel, and gives back what it used of the heap', () => {
    const bench = new KernelBench({ megabytes: 8 });
    const heap = new Heap(6 * 2 ** 20, 8 * 2 ** 20);
    verifyKernels(bench.kernels, heap);
    expect(heap.used).toBe(0);
    const { gemm_f64: gemm } = bench.kernels.exports;
    const wrong = {
      ...bench.kernels,
      exports: {
        ...bench.kernels.exports,
        gemm_f64: (...args: number[]) => {
          const [c = 0] = args;
          gemm?.(...args);
          new Uint8Array(bench.kernels.memory.buffer)[c] = 255; // the last bits of one number
          return 0;
        },
      },
    };
    expect(() => {
      verifyKernels(wrong, heap);
    }).toThrow(KernelMismatchError);
    expect(heap.used).toBe(0);
  });
});

describe('verifyAgainstBaseline', () => {
  const start = 6 * 2 ** 20;
  const benchOf = (wasm: Uint8Array) => {
    const candidates = [{ variant: 'exact-128', tile: 2, flags: [], wasm }];
    return new KernelBench({
      kernels: compileKernels({ mode: 'exact', candidates }),
      megabytes: 8,
    });
  };

  it('finds any kernel that the flags of the engine have spoilt', () => {
    const [good, same] = [benchOf(exactWasm), benchOf(exactWasm)];
    verifyAgainstBaseline(same.kernels, good.kernels, start);
    // No product or convolution subtracts, so that the first check does not notice.
    const wrong = benchOf(withWrong(subtract, add));
    expect(() => {
      verifyAgainstBaseline(wrong.kernels, good.kernels, start);
    }).toThrow(KernelMismatchError);
  });

  it('knows how to call every kernel', () => {
    expect(kernelsWithoutCheck(benchOf(exactWasm).kernels)).toEqual([]);
  });
});
