import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import './methods.js';
import { gradientsOf } from './autodiff/grad.js';
import { tensor } from './create.js';
import { isFloat, type DType, type FloatDType } from './dtype.js';
import { registry, type RegisteredOp, type Sample } from './op.js';
import './ops/index.js';
import { inputsOf, type InputValues } from './sample-inputs.js';
import { scope } from './memory/scoped.js';
import type { Tensor } from './tensor.js';
import { runSample, tensorsOf } from '../test-support.js';

/** A number, or the name of one that JSON cannot write. */
type Written = number | 'nan' | 'inf' | '-inf';

interface Outcome {
  readonly shape: readonly number[];
  readonly data: readonly Written[];
  /** By each floating input, from the adjoint of `adjointOf`. */
  readonly grads?: readonly (readonly Written[])[];
}

interface GoldenSample {
  readonly inputs: readonly {
    readonly shape: readonly number[];
    readonly data: readonly Written[];
    readonly dtype?: DType;
  }[];
  readonly args?: unknown;
  readonly f32: Outcome;
  readonly f64: Outcome;
}

/** What `scripts/make-core-goldens.py` wrote for an op. */
interface Golden {
  readonly torch: string;
  readonly samples: readonly GoldenSample[];
}

const folder = fileURLToPath(new URL('../../../test/goldens/ops/', import.meta.url));

function readGolden(name: string): Golden | null {
  const file = path.join(folder, `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Golden) : null;
}

function numberOf(written: Written): number {
  if (typeof written === 'number') return written;
  return written === 'nan' ? NaN : written === 'inf' ? Infinity : -Infinity;
}

/** Arguments as the file has them. */
function writtenArgs(args: unknown): unknown {
  if (args === undefined) return undefined;
  const text = JSON.stringify(args, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value)
      ? String(value).replace('Infinity', 'inf').toLowerCase()
      : value,
  );
  return JSON.parse(text);
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

interface Case {
  readonly sample: Sample;
  readonly inputs: readonly InputValues[];
  readonly golden: GoldenSample;
}

function check(
  entry: RegisteredOp,
  { sample, inputs, golden }: Case,
  dtype: FloatDType,
  tolerance: number,
): void {
  scope(() => {
    const tensors = tensorsOf(inputs, dtype);
    const leaves = tensors.filter((_, i) => inputs[i]?.dtype === undefined);
    for (const leaf of leaves) leaf.requiresGrad = true;
    const expected = golden[dtype];
    const output = runSample(entry, tensors, sample);
    expect(output.shape, 'shape').toEqual(expected.shape);
    compare(output, expected.data, tolerance, 'value');
    if (expected.grads === undefined || !isFloat(output.dtype)) return;
    const gradients = output.requiresGrad
      ? gradientsOf(output, leaves, { seed: adjointOf(output) })
      : leaves.map((leaf) => leaf.mul(0));
    gradients.forEach((gradient, i) => {
      compare(gradient, expected.grads?.[i] ?? [], tolerance, `gradient by input ${i}`);
    });
  });
}

/** An op's samples beside what PyTorch made of them, or why they do not belong together. */
function casesOf(entry: RegisteredOp): { cases: Case[]; stale: string | null } {
  const golden = readGolden(entry.name);
  if (golden === null) return { cases: [], stale: 'there is no golden file' };
  if (golden.torch !== entry.torch) return { cases: [], stale: 'the expression is another' };
  const samples = entry.samples.flatMap((sample, key) =>
    sample.golden === false ? [] : [{ sample, inputs: inputsOf(sample, key) }],
  );
  if (samples.length === 0) return { cases: [], stale: 'no sample is compared with PyTorch' };
  if (samples.length !== golden.samples.length) {
    return { cases: [], stale: 'the number of samples is another' };
  }
  const cases: Case[] = [];
  for (const [i, { sample, inputs }] of samples.entries()) {
    const one = golden.samples[i];
    const stale = one === undefined ? 'there is no outcome' : differenceOf(sample, inputs, one);
    if (one === undefined || stale !== null)
      return { cases: [], stale: `of sample ${i}, ${stale}` };
    cases.push({ sample, inputs, golden: one });
  }
  return { cases, stale: null };
}

/** What a sample has changed in since its golden was made. */
function differenceOf(
  sample: Sample,
  inputs: readonly InputValues[],
  golden: GoldenSample,
): string | null {
  const args = writtenArgs(sample.args);
  if (JSON.stringify(args) !== JSON.stringify(golden.args)) return 'the arguments are others';
  const same =
    inputs.length === golden.inputs.length &&
    inputs.every(({ shape, dtype, values }, i) => {
      const written = golden.inputs[i];
      if (written === undefined || written.dtype !== dtype) return false;
      if (String(written.shape) !== String(shape)) return false;
      if (written.data.length !== values.length) return false;
      return values.every((value, j) => {
        const number = numberOf(written.data[j] ?? 'nan');
        return Object.is(value, dtype === undefined ? Math.fround(number) : number);
      });
    });
  return same ? null : 'the inputs are others';
}

describe.each([...registry])('%s', (_, entry) => {
  const { cases, stale } = casesOf(entry);

  it('has a golden that was made from its entry', () => {
    expect(stale, `run: python3 scripts/make-core-goldens.py ${entry.name}`).toBe(null);
  });

  cases.forEach((one, i) => {
    const shapes = one.inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
    const args = one.golden.args === undefined ? '' : ` ${JSON.stringify(one.golden.args)}`;
    it(`agrees with PyTorch on sample ${i}: ${shapes}${args}`, () => {
      check(entry, one, 'f32', 1e-5);
      check(entry, one, 'f64', 1e-12);
    });
  });
});

it('has no golden without an op', () => {
  const files = readdirSync(folder).map((file) => path.basename(file, '.json'));
  expect(files.filter((name) => !registry.has(name))).toEqual([]);
});
