import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { integers, sizes } from '../test-values.js';

const ofBoth: Readonly<Record<string, (a: number, b: number) => number>> = {
  bitwiseAnd: (a, b) => a & b,
  bitwiseOr: (a, b) => a | b,
  bitwiseXor: (a, b) => a ^ b,
};

const shifts: Readonly<Record<string, (a: number, b: number) => number>> = {
  leftShift: (a, b) => (b >= 0 && b < 32 ? a << b : 0),
  rightShift: (a, b) => a >> (b >= 0 && b < 32 ? b : 31),
};

describe('bits of whole numbers', () => {
  it.each(Object.entries(ofBoth))('%s of i32 and bytes', (name, exact) => {
    const bench = new KernelBench();
    for (const n of sizes) {
      const a = integers(n, n + 1, -(2 ** 31), 2 ** 31);
      const b = integers(n, n + 2, -(2 ** 31), 2 ** 31);
      for (const Type of [Int32Array, Uint8Array]) {
        const [x, y] = [Type.from(a), Type.from(b)];
        const [xAt, yAt, out] = [bench.put(x), bench.put(y), bench.alloc(x.byteLength)];
        const dtype = Type === Int32Array ? 'i32' : 'u8';
        bench.call(`${name}_${dtype}`, out, xAt, yAt, n, 0);
        expect([...bench[dtype](out, n)]).toEqual(
          [...x].map((value, i) => exact(value, y[i] ?? 0)),
        );
        expect(bench.u8(out + x.byteLength, 8), 'behind the end').toEqual(
          new Uint8Array(8).fill(0xcd),
        );
      }
      bench.reset();
    }
  });

  it.each(Object.entries(shifts))('%s by any count', (name, exact) => {
    const bench = new KernelBench();
    for (const n of sizes) {
      const a = integers(n, n + 1, -(2 ** 31), 2 ** 31);
      const b = integers(n, n + 2, -3, 40);
      const [aAt, bAt] = [bench.put(Int32Array.from(a)), bench.put(Int32Array.from(b))];
      const out = bench.alloc(4 * n);
      bench.call(`${name}_i32`, out, aAt, bAt, n, 0);
      expect([...bench.i32(out, n)]).toEqual(a.map((value, i) => exact(value, b[i] ?? 0)));
      bench.reset();
    }
  });

  it('bitwiseNot turns every bit', () => {
    const bench = new KernelBench();
    const a = integers(37, 1, -(2 ** 31), 2 ** 31);
    const out = bench.alloc(4 * 37);
    bench.call('bitwiseNot_i32', out, bench.put(Int32Array.from(a)), 37);
    expect([...bench.i32(out, 37)]).toEqual(a.map((value) => ~value));
    bench.call('bitwiseNot_u8', out, bench.put(Uint8Array.from(a)), 37);
    expect([...bench.u8(out, 37)]).toEqual(a.map((value) => ~value & 255));
  });
});
