/**
 * The elementary functions on a part of the arguments of docs/accuracy.md: within 2 ulp, and no worse than
 * the table says. What `scripts/measure-accuracy.js` measures on all of them takes minutes.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  argumentCount,
  argumentsF64,
  elementaryFunctions,
  thinF64,
  worstOfF32,
  worstOfF64,
  type Compute,
  type Worst,
} from '../scripts/accuracy.js';
import { KernelBench } from '../test-support.js';

const limit = 2;

const table = readFileSync(new URL('../../../docs/accuracy.md', import.meta.url), 'utf8');
const exactValues = JSON.parse(
  readFileSync(new URL('../elementary-values.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>;

/** The largest errors that the table has for a function: of f32 and of f64. */
function documented(name: string): readonly [number, number] {
  const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const cells = rows.find((row) => row[1] === name) ?? [];
  return [Number(cells[2]), Number(cells[4])];
}

const bench = new KernelBench();

const compute: Compute = (kernel, inputs) => {
  bench.reset();
  const length = inputs[0]?.length ?? 0;
  const addresses = inputs.map((input) => bench.put(input));
  const out = bench.alloc(8 * length);
  const layout = inputs.length === 1 ? [] : [0];
  bench.call(kernel, out, ...addresses, length, ...layout);
  return kernel.endsWith('_f32') ? bench.f32(out, length) : bench.f64(out, length);
};

function expectWithin({ error, at }: Worst, most: number): void {
  if (!(error <= Math.min(most, limit))) {
    expect.fail(
      `${String(error)} ulp at ${at.join(', ')}, more than the ${String(most)} of docs/accuracy.md ` +
        `or than ${String(limit)}`,
    );
  }
}

describe.each(Object.keys(elementaryFunctions))('%s', (name) => {
  const [mostF32, mostF64] = documented(name);

  it('of f32 is within the error of the table', () => {
    expectWithin(worstOfF32(name, compute, 29), mostF32);
  });

  it('of f64 is within the error of the table', () => {
    const inputs = argumentsF64(name, thinF64);
    const bytes = new Uint8Array(Buffer.from(exactValues[name] ?? '', 'base64'));
    const count = bytes.length / 12;
    expect(count).toBe(inputs[0]?.length);
    const exact = new Float64Array(bytes.buffer, 0, count);
    const rest = new Float32Array(bytes.buffer, 8 * count, count);
    expectWithin(worstOfF64(name, compute, inputs, exact, rest), mostF64);
  });
});

it('finds an error where there is one', () => {
  const off: Compute = (kernel, inputs) =>
    compute(kernel, inputs).map((y, i) => (i === 1000 ? y * (1 + 2 ** -20) : y));
  expect(worstOfF32('exp', off, 997).error).toBeGreaterThan(limit);
  expect(argumentCount('pow')).toBe(2);
});
