/**
 * What the tests of the ops share: derivatives by central differences, and comparisons that say where
 * two lists differ.
 */
import { expect } from 'vitest';
import { gradientsOf } from './src/autodiff/grad.js';
import { tensor } from './src/create.js';
import type { FloatDType } from './src/dtype.js';
import { engine } from './src/engine.js';
import type { RegisteredOp, Sample } from './src/op.js';
import { uniforms, type InputValues } from './src/sample-inputs.js';
import { scope } from './src/scoped.js';
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

/** The sum of all elements, each times a number of its own, so that no derivative cancels. */
export function weigh(output: Tensor, key: number): Tensor {
  const weights = uniforms(output.size, 77 + key).map((u) => u + 0.25);
  return output.mul(tensor(weights, { shape: output.shape, dtype: output.dtype })).sum();
}

/** A scalar that does not vary with any input (its gradients are zeros) gets a record of them. */
export function tie(scalar: Tensor, inputs: readonly Tensor[]): Tensor {
  return scalar.requiresGrad ? scalar : inputs.reduce((sum, x) => sum.add(x.mul(0).sum()), scalar);
}

type Objective = (inputs: readonly Tensor[]) => Tensor;

/** Gradients of `f` by each floating input, by the library. */
export function gradients(f: Objective, inputs: readonly InputValues[]): Map<number, Float64Array> {
  return scope(() => {
    const tensors = tensorsOf(inputs, 'f64');
    const wanted = tensors.filter((_, i) => inputs[i]?.dtype === undefined);
    for (const one of wanted) one.requiresGrad = true;
    if (wanted.length === 0) return new Map<number, Float64Array>();
    const found = gradientsOf(tie(f(tensors), wanted), wanted);
    return new Map(
      wanted.map((one, i) => [tensors.indexOf(one), found[i]?.toArray() as Float64Array]),
    );
  });
}

/** Gradients of `f` by each floating input, by central differences with a step of 1e-5. */
export function differences(
  f: Objective,
  inputs: readonly InputValues[],
): Map<number, Float64Array> {
  const h = 1e-5;
  const at = (i: number, j: number, step: number): number =>
    scope(() => {
      const moved = inputs.map((input, k) => {
        if (k !== i) return input;
        const values = input.values.slice();
        values[j] = (values[j] ?? 0) + step;
        return { ...input, values };
      });
      return f(tensorsOf(moved, 'f64')).item();
    });
  const found = new Map<number, Float64Array>();
  inputs.forEach((input, i) => {
    if (input.dtype !== undefined) return;
    found.set(
      i,
      input.values.map((_, j) => (at(i, j, h) - at(i, j, -h)) / (2 * h)),
    );
  });
  return found;
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
