import { describe, expect, it } from 'vitest';
import { everyVariant, expectSame } from '../order-rule.js';
import { KernelBench } from '../test-support.js';
import { arrayOf, bytesOf, integers, rounded, spread, type FloatDtype } from '../test-values.js';

interface Pool {
  readonly planes: number;
  readonly size: readonly [h: number, w: number];
  readonly kernel: readonly [kh: number, kw: number];
  readonly stride: readonly [sh: number, sw: number];
  /** top, left, bottom, right */
  readonly padding: readonly [number, number, number, number];
  /** 1 when left out. */
  readonly dilation?: readonly [rh: number, rw: number];
}

const none = [0, 0, 0, 0] as const;
const around = [1, 1, 1, 1] as const;
const one = [1, 1] as const;
const pools: readonly [string, Pool][] = [
  ['halving', { planes: 3, size: [6, 10], kernel: [2, 2], stride: [2, 2], padding: none }],
  [
    'halving odd sizes',
    { planes: 2, size: [7, 21], kernel: [2, 2], stride: [2, 2], padding: none },
  ],
  ['halving a line', { planes: 2, size: [2, 2], kernel: [2, 2], stride: [2, 2], padding: none }],
  ['2 x 2, padded', { planes: 2, size: [5, 5], kernel: [2, 2], stride: [2, 2], padding: around }],
  ['overlapping', { planes: 2, size: [7, 9], kernel: [3, 3], stride: [2, 2], padding: around }],
  ['stride 1', { planes: 1, size: [5, 6], kernel: [3, 2], stride: [1, 1], padding: none }],
  ['gaps', { planes: 2, size: [9, 8], kernel: [2, 1], stride: [3, 3], padding: none }],
  [
    'not square',
    { planes: 2, size: [5, 12], kernel: [1, 4], stride: [1, 3], padding: [0, 2, 0, 1] },
  ],
  ['the whole plane', { planes: 3, size: [4, 3], kernel: [4, 3], stride: [4, 3], padding: none }],
  [
    'windows of padding',
    { planes: 1, size: [2, 2], kernel: [2, 2], stride: [2, 2], padding: [2, 2, 2, 2] },
  ],
];

const dilatedPools: readonly [string, Pool][] = [
  [
    'dilated',
    { planes: 2, size: [7, 9], kernel: [3, 2], stride: [1, 2], padding: around, dilation: [2, 3] },
  ],
  [
    'dilated 2 x 2',
    { planes: 1, size: [8, 8], kernel: [2, 2], stride: [2, 2], padding: none, dilation: [2, 2] },
  ],
  [
    'dilated beyond the padding',
    {
      planes: 1,
      size: [4, 5],
      kernel: [4, 2],
      stride: one,
      padding: [2, 1, 2, 1],
      dilation: [1, 5],
    },
  ],
];

function outputSize({ size, kernel, stride, padding, dilation = one }: Pool) {
  const places = (axis: 0 | 1) => {
    const room = size[axis] + padding[axis] + (padding[axis + 2] ?? 0);
    return Math.floor((room - (kernel[axis] - 1) * dilation[axis] - 1) / stride[axis]) + 1;
  };
  return [places(0), places(1)] as const;
}

/** The arguments of average pooling. */
function argumentsOf(pool: Pool): number[] {
  const { planes, size, kernel, stride, padding } = pool;
  return [planes, ...size, ...outputSize(pool), ...kernel, ...stride, padding[0], padding[1]];
}

/** The arguments of max pooling. */
function dilatedArgumentsOf(pool: Pool): number[] {
  return [
    ...argumentsOf(pool).slice(0, -2),
    ...(pool.dilation ?? one),
    ...pool.padding.slice(0, 2),
  ];
}

/** For each output the elements of its window that exist, in ascending order. */
function windows(pool: Pool): number[][] {
  const { planes, size, kernel, stride, padding, dilation = one } = pool;
  const [oh, ow] = outputSize(pool);
  return Array.from({ length: planes * oh * ow }, (_, index) => {
    const [plane, oy, ox] = [
      Math.floor(index / (oh * ow)),
      Math.floor(index / ow) % oh,
      index % ow,
    ];
    const elements: number[] = [];
    for (let i = 0; i < kernel[0]; i++) {
      for (let j = 0; j < kernel[1]; j++) {
        const y = oy * stride[0] + i * dilation[0] - padding[0];
        const x = ox * stride[1] + j * dilation[1] - padding[1];
        if (y >= 0 && y < size[0] && x >= 0 && x < size[1]) {
          elements.push((plane * size[0] + y) * size[1] + x);
        }
      }
    }
    return elements;
  });
}

/** The element with the greatest value, the first of several; NaN is greater than all. */
function greatest(elements: readonly number[], values: ArrayLike<number>): number | undefined {
  return elements.reduce<number | undefined>((best, element) => {
    if (best === undefined) return element;
    const [value, champion] = [values[element] ?? NaN, values[best] ?? NaN];
    const better = value > champion || (Number.isNaN(value) && !Number.isNaN(champion));
    return better ? element : best;
  }, undefined);
}

function sizesOf(pool: Pool) {
  const [oh, ow] = outputSize(pool);
  return { inputs: pool.planes * pool.size[0] * pool.size[1], outputs: pool.planes * oh * ow };
}

/** Values with many ties, and now and then NaN, infinities and zeros of both signs. */
function awkward(count: number, seed: number): number[] {
  const palette = [0, -0, 1, 1, 2, 2, -1, NaN, Infinity, -Infinity, 0.5, 2];
  return integers(count, seed, 0, palette.length).map((i) => palette[i] ?? 0);
}

function run(
  bench: KernelBench,
  dtype: FloatDtype,
  kernel: string,
  inputs: readonly (readonly number[])[],
  outputs: number,
  ...rest: number[]
) {
  bench.reset();
  const size = bytesOf[dtype];
  const out = bench.alloc(outputs * size + 8);
  const addresses = inputs.map((values) => bench.put(arrayOf(dtype, values), size));
  bench.call(`${kernel}_${dtype}`, out, ...addresses, ...rest);
  expect(bench.u8(out + outputs * size, 8)).toEqual(new Uint8Array(8).fill(0xcd));
  return bench[dtype](out, outputs);
}

describe.each(everyVariant('exact').slice(0, 2))('pooling, %s', (_, kernels) => {
  const bench = new KernelBench({ kernels });
  describe.each(['f32', 'f64'] as const)('%s', (dtype) => {
    const round = (value: number) => rounded(dtype, value);

    it.each([...pools, ...dilatedPools])(
      'takes the first of the greatest elements: %s',
      (_name, pool) => {
        const { inputs, outputs } = sizesOf(pool);
        for (const x of [
          spread(inputs, 1),
          awkward(inputs, 2),
          new Array<number>(inputs).fill(-Infinity),
        ]) {
          const chosen = windows(pool).map((elements) => greatest(elements, x));
          const expected = chosen.map((i) => (i === undefined ? -Infinity : round(x[i] ?? NaN)));
          const actual = run(bench, dtype, 'maxPool2d', [x], outputs, ...dilatedArgumentsOf(pool));
          expectSame(actual, expected);

          const g = spread(outputs, 3).map(round);
          g[0] = -0;
          const dx = new Array<number>(inputs).fill(0);
          chosen.forEach((i, o) => {
            if (i !== undefined) dx[i] = round((dx[i] ?? 0) + (g[o] ?? 0));
          });
          const args = dilatedArgumentsOf(pool);
          expectSame(run(bench, dtype, 'maxPool2dGrad', [g, x], inputs, ...args), dx);
        }
      },
    );

    it.each(pools)('averages, with and without the padding: %s', (_name, pool) => {
      const { inputs, outputs } = sizesOf(pool);
      for (const countIncludePad of [0, 1]) {
        const share = (sum: number, elements: readonly number[]) =>
          round(sum / (countIncludePad ? pool.kernel[0] * pool.kernel[1] : elements.length));
        for (const x of [spread(inputs, 1).map(round), awkward(inputs, 2)]) {
          const expected = windows(pool).map((elements) =>
            share(
              elements.reduce((sum, i) => round(sum + (x[i] ?? NaN)), 0),
              elements,
            ),
          );
          const args = [...argumentsOf(pool), countIncludePad];
          expectSame(run(bench, dtype, 'avgPool2d', [x], outputs, ...args), expected);

          const g = spread(outputs, 3).map(round);
          g[0] = -0;
          const dx = new Array<number>(inputs).fill(0);
          windows(pool).forEach((elements, o) => {
            for (const i of elements) dx[i] = round((dx[i] ?? 0) + share(g[o] ?? 0, elements));
          });
          expectSame(run(bench, dtype, 'avgPool2dGrad', [g], inputs, ...args), dx);
        }
      }
    });
  });
});
