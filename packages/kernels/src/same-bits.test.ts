/**
 * The bits of exact kernels are a promise between engines, machines and releases: these digests
 * were taken on Node 20 and 24, and change only with the order rule itself.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { everyVariant } from '../order-rule.js';
import { KernelBench } from '../test-support.js';
import { arrayOf, bits, bytesOf, spread, type FloatDtype } from '../test-values.js';

/** The most elements that an operand has. */
const longest = 512 * 784;

type Work = (bench: KernelBench, dtype: FloatDtype) => [address: number, length: number][];

const values = new Map<number, number[]>();

/** Places the first numbers of a long sequence, which is made once for each seed. */
function put(bench: KernelBench, dtype: FloatDtype, count: number, seed: number): number {
  const sequence = values.get(seed) ?? spread(longest, seed, 2);
  values.set(seed, sequence);
  return bench.put(arrayOf(dtype, sequence.slice(0, count)));
}

const works: Readonly<Record<string, Work>> = {
  products: (bench, dtype) => {
    const results: [number, number][] = [];
    for (const [m, n, k] of [
      [16, 512, 784],
      [33, 10, 256],
      [128, 784, 16],
      [1, 257, 1000],
    ] as const) {
      for (const [transA, transB] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ] as const) {
        const [a, b] = [put(bench, dtype, m * k, 1), put(bench, dtype, k * n, 2)];
        const bias = put(bench, dtype, n, 3);
        const c = bench.alloc(m * n * bytesOf[dtype]);
        bench.call(`gemm_${dtype}`, c, a, b, bias, m, n, k, transA, transB, 0);
        results.push([c, m * n]);
      }
    }
    return results;
  },
  convolutions: (bench, dtype) => {
    const results: [number, number][] = [];
    for (const [n, c, h, w, o, kh, kw, sh, sw, pad] of [
      [3, 1, 28, 28, 32, 3, 3, 1, 1, 1],
      [2, 32, 14, 14, 40, 3, 3, 1, 1, 1],
      [2, 3, 19, 17, 7, 5, 4, 2, 3, 2],
    ] as const) {
      const oh = Math.floor((h + 2 * pad - kh) / sh) + 1;
      const ow = Math.floor((w + 2 * pad - kw) / sw) + 1;
      const sizes = [n, c, h, w, o, kh, kw, sh, sw, 1, 1, pad, pad, oh, ow, 1] as const;
      const [images, filters, outputs] = [n * c * h * w, o * c * kh * kw, n * o * oh * ow] as const;
      const x = put(bench, dtype, images, 4);
      const weights = put(bench, dtype, filters, 5);
      const bias = put(bench, dtype, o, 6);
      const [out, dx, dw] = [outputs, images, filters].map((count) =>
        bench.alloc(count * bytesOf[dtype]),
      ) as [number, number, number];
      bench.call(`conv2d_${dtype}`, out, x, weights, bias, ...sizes, 1);
      bench.call(`conv2dInputGrad_${dtype}`, dx, out, weights, ...sizes);
      bench.call(`conv2dWeightGrad_${dtype}`, dw, out, x, ...sizes);
      results.push([out, outputs], [dx, images], [dw, filters]);
    }
    return results;
  },
  pools: (bench, dtype) => {
    const results: [number, number][] = [];
    for (const [h, w, kh, kw, sh, sw, pad] of [
      [28, 28, 2, 2, 2, 2, 0],
      [13, 11, 3, 2, 2, 1, 1],
    ] as const) {
      const planes = 5;
      const oh = Math.floor((h + 2 * pad - kh) / sh) + 1;
      const ow = Math.floor((w + 2 * pad - kw) / sw) + 1;
      const sizes = [planes, h, w, oh, ow, kh, kw, sh, sw, pad, pad] as const;
      const undilated = [...sizes.slice(0, -2), 1, 1, pad, pad];
      const [inputs, outputs] = [planes * h * w, planes * oh * ow];
      const [x, g] = [put(bench, dtype, inputs, 7), put(bench, dtype, outputs, 8)];
      const [max, mean] = [0, 0].map(() => bench.alloc(outputs * bytesOf[dtype])) as [
        number,
        number,
      ];
      const [dMax, dMean] = [0, 0].map(() => bench.alloc(inputs * bytesOf[dtype])) as [
        number,
        number,
      ];
      bench.call(`maxPool2d_${dtype}`, max, x, ...undilated);
      bench.call(`maxPool2dGrad_${dtype}`, dMax, g, x, ...undilated);
      bench.call(`avgPool2d_${dtype}`, mean, x, ...sizes, 0);
      bench.call(`avgPool2dGrad_${dtype}`, dMean, g, ...sizes, 1);
      results.push([max, outputs], [mean, outputs], [dMax, inputs], [dMean, inputs]);
    }
    return results;
  },
};

const digests: Readonly<Record<string, string>> = {
  'products f32': '97b1e308ad2e7d209188ee80021cefdb5b0e64e91ee4a3caa59adb51b4aaf2ec',
  'products f64': '0bc253f6db6637c4e417155ffe2526ccce99bee05dbd805e021813d2dd6818ff',
  'convolutions f32': 'd00f5920f7db9e6f62454ecb62890f0894dafda1ba15d1228d11a519dd8d49eb',
  'convolutions f64': '4a7a7daed71e99bf814842f471803db049f91c99329748ff119c21a4e33ee8ca',
  'pools f32': 'f31251aaa107fb979257d2c73ce0386e3dae807bf6d14824a5edcef57d8daaa9',
  'pools f64': '1ab218e049f167d210a64ed36ce69d037e6b28de284524d721af4123a5049861',
};

describe.each(everyVariant('exact'))('the bits of %s', (_, kernels) => {
  it.each(Object.entries(works))('of %s are those of every engine', (name, work) => {
    for (const dtype of ['f32', 'f64'] as const) {
      const bench = new KernelBench({ kernels });
      const hash = createHash('sha256');
      for (const [address, length] of work(bench, dtype))
        hash.update(bits(bench[dtype](address, length)));
      expect(hash.digest('hex')).toBe(digests[`${name} ${dtype}`]);
    }
  });
});
