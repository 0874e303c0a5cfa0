import { describe, expect, it } from 'vitest';
import {
  everyVariant,
  expectNear,
  expectOrdered,
  expectSame,
  referenceOf,
  type Reference,
} from '../order-rule.js';
import { KernelBench } from '../test-support.js';
import { arrayOf, bytesOf, spread, type FloatDtype } from '../test-values.js';

interface Geometry {
  readonly images: number;
  readonly channels: number;
  readonly size: readonly [h: number, w: number];
  readonly filters: number;
  readonly kernel: readonly [kh: number, kw: number];
  readonly stride: readonly [sh: number, sw: number];
  /** top, left, bottom, right */
  readonly padding: readonly [number, number, number, number];
  readonly dilation: readonly [rh: number, rw: number];
  readonly groups: number;
}

function geometry(
  images: number,
  channels: number,
  size: readonly [number, number],
  filters: number,
  kernel: readonly [number, number],
  stride: readonly [number, number] = [1, 1],
  padding: readonly [number, number, number, number] = [0, 0, 0, 0],
  dilation: readonly [number, number] = [1, 1],
  groups = 1,
): Geometry {
  return { images, channels, size, filters, kernel, stride, padding, dilation, groups };
}

const one = [1, 1] as const;
const around = [1, 1, 1, 1] as const;
const geometries: readonly [string, Geometry][] = [
  ['one channel, padded', geometry(2, 1, [6, 7], 5, [3, 3], one, around)],
  ['no padding', geometry(1, 3, [7, 9], 4, [3, 3])],
  ['single taps', geometry(2, 5, [4, 4], 17, [1, 1])],
  ['one row', geometry(1, 2, [1, 30], 2, [1, 5], one, [0, 2, 0, 2])],
  ['the whole image', geometry(2, 2, [6, 5], 3, [6, 5])],
  ['stride 2, padded', geometry(2, 3, [8, 8], 18, [3, 3], [2, 2], around)],
  ['stride 2 and 1, not square', geometry(1, 2, [9, 7], 3, [5, 3], [2, 1], [2, 1, 2, 1])],
  ['stride 1 and 3', geometry(1, 2, [5, 11], 3, [2, 4], [1, 3], [1, 0, 0, 2])],
  ['stride of the window', geometry(2, 2, [6, 6], 2, [2, 2], [2, 2])],
  ['stride beyond the window', geometry(2, 3, [7, 7], 2, [1, 2], [3, 3])],
  ['pixels that no window sees', geometry(1, 1, [8, 8], 2, [2, 2], [3, 3])],
  ['more padding than the window', geometry(1, 2, [3, 3], 2, [3, 3], one, [4, 4, 4, 4])],
  ['padding on one side', geometry(3, 2, [4, 5], 3, [3, 2], one, [2, 0, 0, 1])],
  ['dilated', geometry(2, 2, [9, 10], 3, [3, 2], one, [2, 1, 1, 2], [2, 3])],
  ['dilated, no padding', geometry(1, 3, [9, 8], 18, [3, 3], one, [0, 0, 0, 0], [2, 2])],
  ['dilated with a stride', geometry(2, 2, [11, 12], 3, [3, 3], [2, 3], around, [3, 2])],
  ['dilated by the stride', geometry(1, 2, [11, 12], 3, [3, 3], [2, 4], around, [2, 2])],
  ['groups', geometry(2, 6, [5, 6], 4, [3, 3], one, around, one, 2)],
  ['groups, no padding', geometry(3, 4, [5, 6], 36, [2, 3], [2, 1], [0, 0, 0, 0], one, 2)],
  ['a group a channel, dilated', geometry(2, 3, [7, 7], 6, [3, 3], [2, 1], around, [1, 2], 3)],
  ['one filter', geometry(2, 3, [5, 37], 1, [3, 3], one, around)],
  ['one filter, no padding', geometry(1, 2, [4, 21], 1, [2, 3])],
  ['one filter, several blocks', geometry(1, 50, [3, 19], 1, [3, 3], one, around)],
  ['a group a channel, wide', geometry(2, 3, [5, 41], 3, [3, 3], [1, 2], around, one, 3)],
  ['channels abreast', geometry(3, 9, [13, 14], 9, [3, 4], one, [1, 1, 1, 2], one, 9)],
  ['channels abreast, dilated', geometry(2, 8, [9, 11], 8, [2, 5], [2, 3], around, [3, 2], 8)],
  [
    'channels abreast, no padding',
    geometry(2, 17, [6, 8], 17, [3, 2], [2, 1], [0, 0, 0, 0], one, 17),
  ],
  ['channels abreast, large windows', geometry(1, 8, [9, 9], 8, [8, 8], one, around, one, 8)],
  ['several blocks of halves', geometry(1, 66, [4, 5], 20, [3, 3], one, around)],
  ['several blocks of taps', geometry(1, 50, [4, 5], 20, [3, 3], one, around)],
  ['several blocks of pixels', geometry(5, 2, [14, 14], 3, [2, 2], one, [0, 0, 1, 1])],
];

interface Sizes {
  readonly oh: number;
  readonly ow: number;
  readonly image: number;
  readonly weight: number;
  readonly output: number;
}

function sizesOf(g: Geometry): Sizes {
  const { images, channels, size, filters, kernel, stride, padding, dilation, groups } = g;
  const places = (axis: 0 | 1) => {
    const span = (kernel[axis] - 1) * dilation[axis] + 1;
    return (
      Math.floor((size[axis] + padding[axis] + (padding[axis + 2] ?? 0) - span) / stride[axis]) + 1
    );
  };
  const [oh, ow] = [places(0), places(1)];
  return {
    oh,
    ow,
    image: images * channels * size[0] * size[1],
    weight: (filters * channels * kernel[0] * kernel[1]) / groups,
    output: images * filters * oh * ow,
  };
}

function argumentsOf(g: Geometry): number[] {
  const { oh, ow } = sizesOf(g);
  const [top, left] = g.padding;
  const window = [...g.kernel, ...g.stride, ...g.dilation, top, left];
  return [g.images, g.channels, ...g.size, g.filters, ...window, oh, ow, g.groups];
}

function operands(dtype: FloatDtype, g: Geometry) {
  const { image, weight, output } = sizesOf(g);
  return {
    x: arrayOf(dtype, spread(image, 1, 1)),
    w: arrayOf(dtype, spread(weight, 2, 1)),
    bias: arrayOf(dtype, spread(g.filters, 3, 1)),
    gradient: arrayOf(dtype, spread(output, 4, 1)),
  };
}

/** Indices of a row-major array of a shape. */
function unravel(index: number, shape: readonly number[]): number[] {
  const position = shape.map(() => 0);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    position[axis] = index % size;
    index = Math.floor(index / size);
  }
  return position;
}

/**
 * Visits the pairs of an output and a tap of its window: output row, column, tap row, column, image
 * row, column.
 */
function imagePosition(g: Geometry, oy: number, ox: number, i: number, j: number) {
  const [rh, rw] = g.dilation;
  return [
    oy * g.stride[0] + i * rh - g.padding[0],
    ox * g.stride[1] + j * rw - g.padding[1],
  ] as const;
}

interface References {
  readonly output: Reference;
  readonly inputGrad: Reference;
  readonly weightGrad: Reference;
}

function computeReferences(dtype: FloatDtype, g: Geometry): References {
  const { x, w, bias, gradient } = operands(dtype, g);
  const { oh, ow, image, weight, output } = sizesOf(g);
  const { images, channels, filters } = g;
  const [inputs, outputs] = [channels / g.groups, filters / g.groups];
  const [rh, rw] = g.dilation;
  const [h, width] = g.size;
  const [kh, kw] = g.kernel;
  const [sh, sw] = g.stride;
  const pixel = (n: number, c: number, y: number, z: number) =>
    y < 0 || y >= h || z < 0 || z >= width
      ? 0
      : (x[((n * channels + c) * h + y) * width + z] ?? NaN);
  const slope = (n: number, o: number, y: number, z: number) =>
    y < 0 || y >= oh || z < 0 || z >= ow
      ? 0
      : (gradient[((n * filters + o) * oh + y) * ow + z] ?? NaN);
  const tap = (o: number, c: number, i: number, j: number) =>
    w[((o * inputs + c) * kh + i) * kw + j] ?? NaN;
  /** Taps of one axis that meet position `at` of the image. */
  const meeting = (at: number, pad: number, extent: number, step: number, rate: number) =>
    Array.from({ length: extent }, (_, i) => i).filter((i) => (at + pad - i * rate) % step === 0);

  const rowsMeeting = Array.from({ length: h }, (_, y) => meeting(y, g.padding[0], kh, sh, rh));
  const columnsMeeting = Array.from({ length: width }, (_, z) =>
    meeting(z, g.padding[1], kw, sw, rw),
  );

  return {
    output: referenceOf(
      dtype,
      output,
      () => inputs * kh * kw,
      (sum, index) => {
        const [n = 0, o = 0, oy = 0, ox = 0] = unravel(index, [images, filters, oh, ow]);
        const first = Math.floor(o / outputs) * inputs;
        for (let c = 0; c < inputs; c++) {
          for (let i = 0; i < kh; i++) {
            for (let j = 0; j < kw; j++) {
              sum.add(pixel(n, first + c, ...imagePosition(g, oy, ox, i, j)), tap(o, c, i, j));
            }
          }
        }
      },
      (index) => bias[Math.floor(index / (oh * ow)) % filters] ?? NaN,
    ),
    inputGrad: referenceOf(
      dtype,
      image,
      (index) => {
        const rows = rowsMeeting[Math.floor(index / width) % h] ?? [];
        const columns = columnsMeeting[index % width] ?? [];
        return outputs * rows.length * columns.length;
      },
      (sum, index) => {
        const [n = 0, c = 0, y = 0, z = 0] = unravel(index, [images, channels, h, width]);
        const rows = rowsMeeting[y] ?? [];
        const columns = columnsMeeting[z] ?? [];
        const first = Math.floor(c / inputs) * outputs;
        for (let o = first; o < first + outputs; o++) {
          for (const i of rows) {
            for (const j of columns) {
              const oy = (y + g.padding[0] - i * rh) / sh;
              const ox = (z + g.padding[1] - j * rw) / sw;
              sum.add(slope(n, o, oy, ox), tap(o, c % inputs, i, j));
            }
          }
        }
      },
    ),
    weightGrad: referenceOf(
      dtype,
      weight,
      () => images * oh * ow,
      (sum, index) => {
        const [o = 0, c = 0, i = 0, j = 0] = unravel(index, [filters, inputs, kh, kw]);
        const first = Math.floor(o / outputs) * inputs;
        for (let n = 0; n < images; n++) {
          for (let oy = 0; oy < oh; oy++) {
            for (let ox = 0; ox < ow; ox++) {
              sum.add(pixel(n, first + c, ...imagePosition(g, oy, ox, i, j)), slope(n, o, oy, ox));
            }
          }
        }
      },
    ),
  };
}

const known = new Map<string, References>();

function references(dtype: FloatDtype, g: Geometry): References {
  const key = JSON.stringify([dtype, g]);
  const found = known.get(key) ?? computeReferences(dtype, g);
  known.set(key, found);
  return found;
}

/** Runs the three kernels on arrays that are not aligned to vectors. */
function run(bench: KernelBench, dtype: FloatDtype, g: Geometry) {
  bench.reset();
  const size = bytesOf[dtype];
  const values = operands(dtype, g);
  const counts = sizesOf(g);
  const [x, w] = [bench.put(values.x, size), bench.put(values.w, size)];
  const [bias, gradient] = [bench.put(values.bias, size), bench.put(values.gradient, size)];
  const out = bench.alloc(counts.output * size + 8);
  const dx = bench.alloc(counts.image * size + 8);
  const dw = bench.alloc(counts.weight * size + 8);
  const geometryArguments = argumentsOf(g);
  bench.call(`conv2d_${dtype}`, out, x, w, bias, ...geometryArguments, 0);
  bench.call(`conv2dInputGrad_${dtype}`, dx, gradient, w, ...geometryArguments);
  bench.call(`conv2dWeightGrad_${dtype}`, dw, gradient, x, ...geometryArguments);
  for (const end of [
    out + counts.output * size,
    dx + counts.image * size,
    dw + counts.weight * size,
  ]) {
    expect(bench.u8(end, 8)).toEqual(new Uint8Array(8).fill(0xcd));
  }
  return {
    output: bench[dtype](out, counts.output),
    inputGrad: bench[dtype](dx, counts.image),
    weightGrad: bench[dtype](dw, counts.weight),
  };
}

describe.each(everyVariant('exact'))('convolution, %s', (_, kernels) => {
  const bench = new KernelBench({ kernels });
  it.each(geometries)('equals the order rule bit for bit: %s', (_name, g) => {
    for (const dtype of ['f32', 'f64'] as const) {
      const actual = run(bench, dtype, g);
      const expected = references(dtype, g);
      expectOrdered(actual.output, expected.output);
      expectOrdered(actual.inputGrad, expected.inputGrad);
      expectOrdered(actual.weightGrad, expected.weightGrad);
    }
  });
});

describe.each(everyVariant('fast'))('convolution in mode fast, %s', (_, kernels) => {
  const bench = new KernelBench({ kernels });
  it.each(geometries)('is within rounding of f64: %s', (_name, g) => {
    for (const dtype of ['f32', 'f64'] as const) {
      const actual = run(bench, dtype, g);
      const expected = references(dtype, g);
      expectNear(actual.output, expected.output);
      expectNear(actual.inputGrad, expected.inputGrad);
      expectNear(actual.weightGrad, expected.weightGrad);
    }
  });
});

describe('convolution', () => {
  const bench = new KernelBench();

  it('cuts what does not fit into bands, and leaves huge windows to the plain kernel', () => {
    const large: Geometry[] = [
      // rows longer than the table of pixels, padded and not
      geometry(1, 1, [2, 8200], 1, [2, 3], one, around),
      geometry(1, 1, [1, 8300], 1, [1, 2]),
      // frames of several bands
      geometry(1, 500, [30, 30], 1, [1, 2], one, [0, 1, 0, 0]),
      // more taps than the table holds, and more gaps between them
      geometry(1, 2, [200, 200], 2, [2, 2], one, [0, 0, 0, 0], [190, 190], 2),
      geometry(1, 1, [2, 2], 1, [182, 182], one, [90, 91, 90, 89]),
      // panels of several passes
      geometry(1, 600, [3, 3], 100, [3, 3]),
    ];
    for (const g of large) {
      const actual = run(bench, 'f32', g);
      const expected = references('f32', g);
      expectOrdered(actual.output, expected.output);
      expectOrdered(actual.inputGrad, expected.inputGrad);
      expectOrdered(actual.weightGrad, expected.weightGrad);
    }
  });

  it('gives an image the same bits whatever other images are in the call', () => {
    const g = geometry(7, 3, [9, 10], 6, [3, 3], [2, 1], [1, 1, 0, 1]);
    const all = run(bench, 'f32', g);
    const { x, gradient, w, bias } = operands('f32', g);
    const single = { ...g, images: 1 };
    const { image, output } = sizesOf(single);
    const weights = bench.put(w);
    const shift = bench.put(bias);
    for (let n = 0; n < g.images; n++) {
      const from = bench.put(x.slice(n * image, (n + 1) * image));
      const slope = bench.put(gradient.slice(n * output, (n + 1) * output));
      const [out, dx] = [bench.alloc(output * 4), bench.alloc(image * 4)];
      bench.call('conv2d_f32', out, from, weights, shift, ...argumentsOf(single), 0);
      bench.call('conv2dInputGrad_f32', dx, slope, weights, ...argumentsOf(single));
      expectSame(bench.f32(out, output), all.output.slice(n * output, (n + 1) * output));
      expectSame(bench.f32(dx, image), all.inputGrad.slice(n * image, (n + 1) * image));
    }
  });

  it.each(['f32', 'f64'] as const)('activates as the plain kernels do: %s', (dtype) => {
    for (const g of [
      geometry(2, 2, [7, 7], 19, [3, 3], one, around),
      geometry(2, 2, [7, 19], 1, [3, 3], one, around),
    ]) {
      bench.reset();
      const { output } = sizesOf(g);
      const { x, w, bias } = operands(dtype, g);
      const addresses = [bench.put(x), bench.put(w), bench.put(bias)] as const;
      const out = bench.alloc(output * 8);
      const expected = bench.alloc(output * 8);
      for (const [activation, name] of [
        [1, 'relu'],
        [2, 'sigmoid'],
        [3, 'tanh'],
      ] as const) {
        bench.call(`conv2d_${dtype}`, out, ...addresses, ...argumentsOf(g), 0);
        bench.call(`${name}_${dtype}`, expected, out, output);
        bench.call(`conv2d_${dtype}`, out, ...addresses, ...argumentsOf(g), activation);
        expectSame(bench[dtype](out, output), bench[dtype](expected, output));
      }
    }
  });

  it('activates where the plain kernel runs too', () => {
    bench.reset();
    const g = geometry(1, 1, [182, 182], 1, [182, 182]);
    const { x, w } = operands('f32', g);
    const [from, weights] = [bench.put(x), bench.put(w)];
    const bias = bench.put(Float32Array.of(-1e9));
    const out = bench.alloc(4);
    bench.call('conv2d_f32', out, from, weights, bias, ...argumentsOf(g), 1);
    expect(bench.f32(out, 1)[0]).toBe(0);
  });

  it('computes without a bias, without images and without channels', () => {
    bench.reset();
    const g = geometry(1, 2, [4, 4], 3, [3, 3]);
    const { x, w, bias } = operands('f32', g);
    const { output } = sizesOf(g);
    const [from, weights] = [bench.put(x), bench.put(w)];
    const [plain, shifted] = [bench.alloc(output * 4), bench.alloc(output * 4)];
    bench.call('conv2d_f32', plain, from, weights, 0, ...argumentsOf(g), 0);
    bench.call('conv2d_f32', shifted, from, weights, bench.put(bias), ...argumentsOf(g), 0);
    expectSame(
      bench.f32(shifted, output),
      Float32Array.from(bench.f32(plain, output), (value, i) => value + (bias[i >> 2] ?? NaN)),
    );
    const none = bench.alloc(72 * 4);
    bench.call('conv2d_f32', none, from, weights, 0, ...argumentsOf({ ...g, images: 0 }), 0);
    expect(bench.u8(none, 8)).toEqual(new Uint8Array(8).fill(0xcd));
    bench.call('conv2d_f32', none, from, weights, 0, ...argumentsOf({ ...g, channels: 0 }), 0);
    expect([...bench.f32(none, output)]).toEqual(new Array(output).fill(0));
    bench.call('conv2dWeightGrad_f32', none, from, from, ...argumentsOf({ ...g, images: 0 }));
    expect([...bench.f32(none, 54)]).toEqual(new Array(54).fill(0));
    bench.call('conv2dInputGrad_f32', none, from, weights, ...argumentsOf({ ...g, filters: 0 }));
    expect([...bench.f32(none, 32)]).toEqual(new Array(32).fill(0));
  });
});
