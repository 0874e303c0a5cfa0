/**
 * What the tests of the ops share.
 */
import { expect } from 'vitest';
import { tensor } from './src/create.js';
import type { FloatDType } from './src/dtype.js';
import { engine } from './src/engine.js';
import type { RegisteredOp, Sample } from './src/op.js';
import type { InputValues } from './src/sample-inputs.js';
import type { Tensor } from './src/tensor.js';

export function tensorsOf(inputs: readonly InputValues[], dtype: FloatDType): Tensor[] {
  return inputs.map((input) =>
    tensor(input.values, { shape: input.shape, dtype: input.dtype ?? dtype }),
  );
}

/** Runs an op on a sample; random ones draw the same every time. */
export function runSample(entry: RegisteredOp, inputs: readonly Tensor[], sample: Sample): Tensor {
  engine().random.reset(7);
  return entry.run(inputs, sample.args);
}

/** Expects two lists to agree within `relative` of the larger of the two values, or of 1. */
export function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, what }: { readonly relative: number; readonly what: string },
): void {
  expect(found.length, `${what}: number of elements`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const a = found[i] ?? NaN;
    const b = expected[i] ?? NaN;
    const scale = Math.max(1, Math.abs(a), Math.abs(b));
    if (!Object.is(a, b) && a !== b && !(Math.abs(a - b) <= relative * scale)) {
      expect.fail(`${what}: element ${i} is ${a}, expected ${b} (within ${relative})`);
    }
  }
}
