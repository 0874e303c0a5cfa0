import { callsFor, type Operands, type Suffix } from './baseline-calls.js';
import type { Kernels } from './instantiate.js';
import { fillPseudoRandom, KernelMismatchError } from './verify.js';

/**
 * The check of a compiler rather than of kernels: every kernel, compiled by the optimising compiler
 * under experimental flags, against itself compiled by the baseline compiler without them.
 */

/** Bytes that one call may write. */
const outBytes = 8192;
/** Elements of an input. Vectors, pairs of vectors and a remainder. */
const inputLength = 512;

/** Room for all operands of all dtypes. */
export const checkBytes = 256 * 1024;

const bytesOf: Readonly<Record<Suffix, number>> = { f32: 4, f64: 8, i32: 4, u8: 1 };

/** The kernels that no check is written for: there should be none. */
export function kernelsWithoutCheck({ exports }: Kernels): string[] {
  return Object.keys(exports).filter(
    (name) => typeof exports[name] === 'function' && callsFor(name) === undefined,
  );
}

/**
 * Calls every kernel of both instances with the same operands and compares what they write and
 * return. The memories belong to the check, from `start` on; scratch and tile are set.
 *
 * @throws {KernelMismatchError} at the first difference
 */
export function verifyAgainstBaseline(kernels: Kernels, baseline: Kernels, start: number): void {
  const operands = new Map<Suffix, Operands>();
  let next = start;
  const place = (bytes: number) => {
    const address = next;
    next += Math.ceil(bytes / 64) * 64;
    return address;
  };
  for (const dtype of ['f32', 'f64', 'i32', 'u8'] as const) {
    const input = () => place(inputLength * bytesOf[dtype]);
    operands.set(dtype, {
      ...{ out: place(outBytes), second: place(outBytes), third: place(outBytes) },
      ...{ x: input(), y: input(), g: input(), h: input(), doubles: place(8 * inputLength) },
      ...{ mask: place(inputLength), indices: place(inputLength), layout: place(inputLength) },
    });
  }
  const instances = [kernels, baseline];
  for (const { memory } of instances) {
    for (const [dtype, addresses] of operands) fillOperands(memory.buffer, dtype, addresses);
  }
  for (const name of Object.keys(kernels.exports)) {
    const known = callsFor(name);
    const addresses = known && operands.get(known[0]);
    if (!addresses) continue;
    for (const args of known[1](addresses)) {
      const [actual, expected] = instances.map(({ exports, memory }) => {
        const written = new Uint8Array(memory.buffer, addresses.out, 3 * outBytes).fill(0);
        return { value: exports[name]?.(...args), written };
      });
      const same =
        Object.is(actual?.value, expected?.value) &&
        Buffer.compare(
          actual?.written ?? new Uint8Array(1),
          expected?.written ?? new Uint8Array(),
        ) === 0;
      if (!same) {
        throw new KernelMismatchError(
          `${name} of variant ${kernels.variant} computes something else than the same kernel from the ` +
            `engine's baseline compiler. Another variant must be used.`,
        );
      }
    }
  }
}

function fillOperands(buffer: ArrayBufferLike, dtype: Suffix, o: Operands): void {
  for (const [seed, address] of [o.x, o.y, o.g, o.h].entries()) {
    const values = new Float64Array(inputLength);
    fillPseudoRandom(values, seed + 1);
    const signed = address === o.g || address === o.h;
    if (dtype === 'f32' || dtype === 'f64') {
      const target =
        dtype === 'f32'
          ? new Float32Array(buffer, address, inputLength)
          : new Float64Array(buffer, address, inputLength);
      target.set(values.map((value) => (signed ? 2 * value : 1.25 + value)));
    } else if (dtype === 'i32') {
      const target = new Int32Array(buffer, address, inputLength);
      target.set(values.map((value) => Math.round(value * 4) + (signed ? 0 : 5)));
    } else {
      new Uint8Array(buffer, address, inputLength).set(values.map((value) => (value > 0 ? 1 : 0)));
    }
  }
  const doubles = new Float64Array(buffer, o.doubles, inputLength);
  fillPseudoRandom(doubles, 5);
  doubles.forEach((value, i) => (doubles[i] = 1.25 + value));
  new Uint8Array(buffer, o.mask, inputLength).set(
    Array.from({ length: inputLength }, (_, i) => ((i * i) >> 2) & 1),
  );
  const indices = new Int32Array(buffer, o.indices, inputLength / 4);
  indices.forEach((_, i) => (indices[i] = (i * 3) % 5));
  // [9, 11] beside a row and a column; then the ends of five parts
  new Int32Array(buffer, o.layout, 12).set([2, 9, 11, 0, 1, 1, 0, 1, 3, 4, 8, 11]);
}
