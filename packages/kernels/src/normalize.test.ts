import { describe, expect, it } from 'vitest';
import { everyVariant, expectSame } from '../order-rule.js';
import { KernelBench } from '../test-support.js';
import { arrayOf, bytesOf, rounded, spread, ulpError, type FloatDtype } from '../test-values.js';

const lengths = [1, 2, 3, 15, 16, 17, 40, 1023, 1024, 1025, 2500];
const eps = 1e-5;

/** The sum over sixteen lanes and their tree, in f64. */
function laneSum(terms: readonly number[]): number {
  const lanes = new Array<number>(16).fill(0);
  terms.forEach((term, j) => (lanes[j % 16] = (lanes[j % 16] ?? 0) + term));
  for (let half = 8; half >= 1; half /= 2) {
    for (let l = 0; l < half; l++) lanes[l] = (lanes[l] ?? 0) + (lanes[l + half] ?? 0);
  }
  return lanes[0] ?? 0;
}

function momentsOf(row: readonly number[], centred: boolean): [mean: number, variance: number] {
  const mean = centred ? laneSum(row) / row.length : 0;
  return [mean, laneSum(row.map((value) => (value - mean) * (value - mean))) / row.length];
}

/** Rows far from 0, so that what is left after the mean is small beside it. */
function rowsOf(dtype: FloatDtype, rows: number, length: number): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    spread(length, i + 1, 1).map((value) => rounded(dtype, value + 3 * i)),
  );
}

describe.each(everyVariant('exact'))('normalisation, %s', (_, kernels) => {
  const bench = new KernelBench({ kernels });

  it.each(['f32', 'f64'] as const)('takes moments in the order of the lanes: %s', (dtype) => {
    for (const length of lengths) {
      bench.reset();
      const rows = rowsOf(dtype, 3, length);
      const x = bench.put(arrayOf(dtype, rows.flat()), bytesOf[dtype]);
      const out = bench.alloc(6 * 8);
      for (const centred of [true, false]) {
        const expected = rows.map((row) => momentsOf(row, centred));
        bench.call(`moments_${dtype}`, out, x, 1, 3, length, centred ? 1 : 0);
        expectSame(bench.f64(out, 6), [
          ...expected.map(([mean]) => mean),
          ...expected.map(([, variance]) => variance),
        ]);
      }
    }
  });
});

describe.each(['f32', 'f64'] as const)('normalisation of %s', (dtype) => {
  const size = bytesOf[dtype];

  it('is within 4 ulp of f64, with weights of every kind', () => {
    const bench = new KernelBench();
    for (const length of lengths) {
      bench.reset();
      const rows = rowsOf(dtype, 4, length);
      const [x, moments] = [bench.put(arrayOf(dtype, rows.flat())), bench.alloc(8 * 8)];
      const out = bench.alloc(4 * length * size + 8);
      bench.call(`moments_${dtype}`, moments, x, 1, 4, length, 1);
      bench.call(`normalize_${dtype}`, out, x, moments, 0, 0, 1, 4, length, length, 1, eps);
      expect(bench.u8(out + 4 * length * size, 8)).toEqual(new Uint8Array(8).fill(0xcd));
      const plain = bench[dtype](out, 4 * length);
      rows.forEach((row, r) => {
        const [mean, variance] = momentsOf(row, true);
        row.forEach((value, j) => {
          const exact = (value - mean) / Math.sqrt(variance + eps);
          // f64 itself rounds what the mean leaves.
          const noise = dtype === 'f64' ? 1e-14 : 1e-30;
          const actual = plain[r * length + j] ?? NaN;
          const near = Math.abs(actual - exact) <= noise || ulpError(dtype, actual, exact) <= 4;
          expect(near, `${actual} for ${exact}`).toBe(true);
        });
      });
      // Weights an element, a part of a row, and a row are the same multiplication and addition.
      for (const [channels, part, channelOf] of [
        [length, 1, (_: number, j: number) => j],
        ...(length % 2 === 0
          ? ([
              [4, length / 2, (r: number, j: number) => 2 * (r % 2) + Math.floor((2 * j) / length)],
            ] as const)
          : []),
        [4, 0, (r: number) => r],
      ] as const) {
        const [w, b] = [arrayOf(dtype, spread(channels, 8)), arrayOf(dtype, spread(channels, 9))];
        const weights = [bench.put(w), bench.put(b)] as const;
        bench.call(
          `normalize_${dtype}`,
          ...[out, x, moments, ...weights, 1, 4, length, channels, part, eps],
        );
        const expected = plain.map((value, i) => {
          const channel = channelOf(Math.floor(i / length), i % length);
          return rounded(dtype, rounded(dtype, value * (w[channel] ?? NaN)) + (b[channel] ?? NaN));
        });
        expectSame(bench[dtype](out, 4 * length), expected);
      }
    }
  });

  it('gives a row the same bits in pieces as in one, and beside others as alone', () => {
    const bench = new KernelBench();
    for (const [pieces, plane] of [
      [3, 5],
      [17, 1],
      [2, 700],
      [5, 333],
    ] as const) {
      bench.reset();
      const length = pieces * plane;
      const rows = rowsOf(dtype, 3, length);
      const gradients = rowsOf(dtype, 3, length).map((row) => [...row].reverse());
      const scattered = (from: readonly (readonly number[])[]) =>
        Array.from({ length: pieces }, (_, n) =>
          from.map((row) => row.slice(n * plane, (n + 1) * plane)),
        ).flat(2);
      const [x, g] = [rows, gradients].map((from) =>
        bench.put(arrayOf(dtype, scattered(from))),
      ) as [number, number];
      const moments = bench.alloc(6 * 8);
      const [y, dx] = [bench.alloc(3 * length * size), bench.alloc(3 * length * size)];
      bench.call(`moments_${dtype}`, moments, x, pieces, 3, plane, 1);
      bench.call(`normalize_${dtype}`, y, x, moments, 0, 0, pieces, 3, plane, 3, 0, eps);
      bench.call(`normalizeGrad_${dtype}`, dx, g, x, moments, pieces, 3, plane, 1, eps);
      const found = bench.f64(moments, 6);
      const single = rows.map((row, r) => {
        const [own, slope] = [row, gradients[r] ?? []].map((values) =>
          bench.put(arrayOf(dtype, values)),
        ) as [number, number];
        const [two, a, b] = [16, length * size, length * size].map((n) => bench.alloc(n)) as [
          number,
          number,
          number,
        ];
        bench.call(`moments_${dtype}`, two, own, 1, 1, length, 1);
        expectSame(bench.f64(two, 2), [found[r] ?? NaN, found[3 + r] ?? NaN]);
        bench.call(`normalize_${dtype}`, a, own, two, 0, 0, 1, 1, length, length, 1, eps);
        bench.call(`normalizeGrad_${dtype}`, b, slope, own, two, 1, 1, length, 1, eps);
        return [[...bench[dtype](a, length)], [...bench[dtype](b, length)]] as const;
      });
      expectSame(bench[dtype](y, 3 * length), scattered(single.map(([a]) => a)));
      expectSame(bench[dtype](dx, 3 * length), scattered(single.map(([, b]) => b)));
    }
  });

  it('projects gradients as f64 does', () => {
    const bench = new KernelBench();
    for (const length of lengths) {
      for (const centred of [true, false]) {
        bench.reset();
        const row = rowsOf(dtype, 1, length)[0] ?? [];
        const slopes = spread(length, 5, 1).map((value) => rounded(dtype, value));
        const [x, g] = [row, slopes].map((values) => bench.put(arrayOf(dtype, values))) as [
          number,
          number,
        ];
        const [moments, out] = [bench.alloc(16), bench.alloc(length * size)];
        bench.call(`moments_${dtype}`, moments, x, 1, 1, length, centred ? 1 : 0);
        bench.call(
          `normalizeGrad_${dtype}`,
          out,
          g,
          x,
          moments,
          1,
          1,
          length,
          centred ? 1 : 0,
          eps,
        );
        const [mean, variance] = momentsOf(row, centred);
        const r = 1 / Math.sqrt(variance + eps);
        const y = row.map((value) => (value - mean) * r);
        const shift = centred ? laneSum(slopes) / length : 0;
        const slope = laneSum(slopes.map((value, j) => value * (y[j] ?? NaN))) / length;
        const epsilon = dtype === 'f32' ? 2 ** -23 : 2 ** -50;
        bench[dtype](out, length).forEach((actual, j) => {
          const terms = [slopes[j] ?? NaN, shift, (y[j] ?? NaN) * slope] as const;
          const exact = r * (terms[0] - terms[1] - terms[2]);
          const magnitude = r * terms.reduce((sum, term) => sum + Math.abs(term), 0);
          expect(Math.abs(actual - exact)).toBeLessThanOrEqual(4 * epsilon * magnitude);
        });
      }
    }
  });
});
