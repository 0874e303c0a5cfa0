import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KernelBench } from '../test-support.js';
import { arrayOf, bits, integers, specials, spread } from '../test-values.js';

/**
 * The SHA-256 of what the kernels make of fixed inputs. It is the same on every engine, machine and
 * variant; a change of it changes the weights of every training run and belongs in the changelog.
 */
const known = {
  f32: '26a7eb8e5d615154d074c17b34d75a6f911019c210ee5c5d8a8ceb487270389f',
  f64: 'a2dca4ff8f1d98f72a7d17425dada8972efe9395fe00d25e821bec7e9919814a',
};

function digest(dtype: 'f32' | 'f64'): string {
  const bench = new KernelBench();
  const hash = createHash('sha256');
  const n = 1003;
  const name = (kernel: string): string => `${kernel}_${dtype}`;
  const input = (seed: number, scale: number): number =>
    bench.put(arrayOf(dtype, [...specials, ...spread(n - specials.length, seed, scale)]));
  const [a, b, positive] = [
    input(1, 30),
    input(2, 3),
    bench.put(arrayOf(dtype, spread(n, 3).map(Math.abs))),
  ];
  const [out, extra, third] = [bench.alloc(n * 8), bench.alloc(n * 8), bench.alloc(n * 8)];
  const add = (at: number, length: number): void => {
    hash.update(bits(bench[dtype](at, length)));
  };

  const unary = 'neg abs sign square sqrt rsqrt reciprocal exp expm1 log log1p sin cos tanh sigmoid relu floor ceil round trunc'; // prettier-ignore
  for (const kernel of unary.split(' ')) {
    bench.call(name(kernel), out, a, n);
    add(out, n);
  }
  for (const kernel of ['add', 'sub', 'mul', 'div', 'pow', 'minimum', 'maximum']) {
    bench.call(name(kernel), out, a, b, n, 0);
    add(out, n);
  }
  for (const kernel of ['reluGrad', 'sigmoidGrad', 'tanhGrad', 'bceWithLogits']) {
    bench.call(name(kernel), out, a, b, n);
    add(out, n);
  }
  bench.call(name('bceWithLogitsGrad'), out, positive, a, b, n);
  add(out, n);

  // without the special values
  const x = bench.put(arrayOf(dtype, spread(n, 5, 10)));
  const g = bench.put(arrayOf(dtype, spread(n, 6, 2)));
  for (const kernel of ['sum', 'mean', 'max', 'min']) {
    bench.call(name(kernel), out, x, 7, 19, 7);
    add(out, 49);
    bench.call(name(kernel), out, x, 1, n, 1);
    add(out, 1);
  }
  bench.call(name('sumChannels'), out, x, 5, 8, 25);
  add(out, 8);
  hash.update(Float64Array.of(bench.call(name('sumSquares'), x, n)));
  for (const kernel of ['softmax', 'logSoftmax']) {
    bench.call(name(kernel), out, x, 17, 59);
    add(out, n);
    bench.call(name(`${kernel}Grad`), extra, g, out, 17, 59);
    add(extra, n);
  }
  const targets = bench.put(Int32Array.from(integers(17, 7, 0, 59)));
  bench.call(name('crossEntropy'), out, extra, x, targets, 17, 59);
  add(out, 17);
  add(extra, 17);
  bench.call(name('crossEntropyGrad'), third, g, extra, x, targets, 17, 59);
  add(third, n);
  bench.call(name('crossEntropySoft'), out, extra, x, positive, 17, 59);
  add(out, 17);
  bench.call(name('crossEntropySoftGrad'), third, g, extra, x, positive, 17, 59);
  add(third, n);

  bench.call(name('sgd'), out, x, g, extra, b, n, 0.1, 0.9, 1e-4, 1, 0.5);
  add(out, n);
  bench.call(
    name('adam'),
    out,
    x,
    g,
    extra,
    b,
    third,
    positive,
    n,
    1e-3,
    0.9,
    0.999,
    1e-8,
    0.01,
    1,
    0.1,
    0.001,
    1,
  );
  add(out, n);
  bench.call(name('uniform'), out, n, -1, 2, 1, 2, 3, 4, 5);
  add(out, n);
  bench.call(name('normal'), out, n, 0, 1, 1, 2, 3, 4, 5);
  add(out, n);
  bench.call(name('dropout'), out, extra, x, n, 0.3, 1, 2, 3, 4, 5);
  add(out, n);
  const scalars = ['exp1', 'log1', 'sin1', 'cos1', 'tanh1', 'sqrt1'];
  for (const kernel of scalars) {
    hash.update(Float64Array.from(spread(50, 8), (value) => bench.call(kernel, Math.abs(value))));
  }
  hash.update(
    Float64Array.from(spread(50, 9), (value) => bench.call('pow1', Math.abs(value), 1.7)),
  );
  return hash.digest('hex');
}

describe('the bits of the kernels', () => {
  it.each(['f32', 'f64'] as const)('of %s are what they always were', (dtype) => {
    expect(digest(dtype)).toBe(known[dtype]);
  });
});
