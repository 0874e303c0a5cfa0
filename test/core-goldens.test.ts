import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  bceWithLogits,
  conv2d,
  crossEntropy,
  gradientsOf,
  indexSelect,
  isFloat,
  logSoftmax,
  manualSeed,
  matmul,
  mse,
  registry,
  scope,
  softmax,
  stack,
  tensor,
  type DType,
  type FloatDType,
  type LossOptions,
  type Tensor,
} from '@dltrain/core';

/** A number, or the name of one that JSON cannot write. */
type Written = number | 'nan' | 'inf' | '-inf';

interface Outcome {
  readonly shape: readonly number[];
  readonly data: readonly Written[];
  /** By each floating input, from the adjoint of `adjointOf`. */
  readonly grads?: readonly (readonly Written[])[];
}

interface Golden {
  /** Name of an op, or `fn:` and the name of a function composed of ops. */
  readonly op: string;
  readonly inputs: readonly {
    readonly shape: readonly number[];
    readonly data: readonly Written[];
    readonly dtype?: DType;
  }[];
  readonly args?: unknown;
  readonly f32: Outcome;
  readonly f64: Outcome;
}

const file = new URL('goldens/core-ops.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Golden[] };

type Run = (inputs: readonly Tensor[], args: unknown) => Tensor;

/** Functions that are not ops themselves. */
const functions: Readonly<Record<string, (...inputs: Tensor[]) => Tensor>> = {
  matmul,
  matmulTransposed: (a, b) => matmul(a.T, b.T),
  conv2dSame: (x, w) => conv2d(x, w, null, { padding: 'same' }),
  stack: (a, b) => stack([a, b], 1),
  indexSelect1: (x, indices) => indexSelect(x, indices, 1),
  softmax1: (x) => softmax(x, 1),
  logSoftmax1: (x) => logSoftmax(x, 1),
};
const losses: Readonly<Record<string, typeof mse>> = { crossEntropy, bceWithLogits, mse };

function runOf(op: string): Run {
  if (!op.startsWith('fn:')) {
    const entry = registry.get(op);
    if (entry === undefined) throw new Error(`the goldens name an op that there is not: ${op}`);
    return entry.run;
  }
  const name = op.slice(3);
  const loss = losses[name];
  if (loss !== undefined) {
    return ([x, target], args) => {
      if (x === undefined || target === undefined) throw new Error(`${op} needs two inputs`);
      return loss(x, target, args as LossOptions);
    };
  }
  const composed = functions[name];
  if (composed === undefined) throw new Error(`the goldens name an unknown function: ${op}`);
  return (inputs) => composed(...inputs);
}

function numberOf(written: Written): number {
  if (typeof written === 'number') return written;
  return written === 'nan' ? NaN : written === 'inf' ? Infinity : -Infinity;
}

/** The adjoint that the goldens were made with. */
function adjointOf(output: Tensor): Tensor {
  const values = Float64Array.from({ length: output.size }, (_, i) => (((7 * i) % 11) - 5) / 4);
  return tensor(values, { shape: output.shape, dtype: output.dtype });
}

function compare(found: Tensor, expected: readonly Written[], tolerance: number, what: string) {
  const values = found.toArray();
  expect(values.length, `${what}: number of elements`).toBe(expected.length);
  expected.forEach((written, i) => {
    const a = values[i] ?? NaN;
    const b = numberOf(written);
    const near = Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
    if (!Object.is(a, b) && a !== b && !near) {
      expect.fail(`${what}: element ${i} is ${a}, PyTorch has ${b}`);
    }
  });
}

function check(golden: Golden, dtype: FloatDType, tolerance: number): void {
  manualSeed(0);
  scope(() => {
    const inputs = golden.inputs.map((input) =>
      tensor(Float64Array.from(input.data, numberOf), {
        shape: input.shape,
        dtype: input.dtype ?? dtype,
      }),
    );
    const expected = golden[dtype];
    const leaves = inputs.filter((input) => isFloat(input.dtype));
    if (expected.grads !== undefined) for (const leaf of leaves) leaf.requiresGrad = true;
    const output = runOf(golden.op)(inputs, golden.args);
    expect(output.shape, 'shape').toEqual(expected.shape);
    compare(output, expected.data, tolerance, 'value');
    if (expected.grads === undefined || !isFloat(output.dtype)) return;
    const gradients = gradientsOf(output, leaves, { seed: adjointOf(output) });
    gradients.forEach((gradient, i) => {
      compare(gradient, expected.grads?.[i] ?? [], tolerance, `gradient by input ${i}`);
    });
  });
}

const byOp = new Map<string, Golden[]>();
for (const golden of cases) byOp.set(golden.op, [...(byOp.get(golden.op) ?? []), golden]);

describe('agrees with PyTorch', () => {
  for (const [op, goldens] of byOp) {
    goldens.forEach((golden, i) => {
      const shapes = golden.inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
      const title = `${op} ${i}: ${shapes} ${golden.args ? JSON.stringify(golden.args) : ''}`;
      it(`${title} in f32`, () => check(golden, 'f32', 1e-5));
      it(`${title} in f64`, () => check(golden, 'f64', 1e-12));
    });
  }
});

it('has a golden for every op', () => {
  const missing = [...registry.keys()].filter((name) => !byOp.has(name));
  expect(missing).toEqual([]);
});
