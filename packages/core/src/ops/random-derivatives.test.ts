import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../methods.js';
import { jvp } from '../autodiff/jvp.js';
import { vjp } from '../autodiff/vjp.js';
import { tensor } from '../create.js';
import { uniforms } from '../sample-inputs.js';
import { scope } from '../memory/scoped.js';
import { elementCount, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { cat } from './shape/cat.js';
import { conv2d } from './nets/conv2d.js';
import { einsum } from './linear-algebra/einsum.js';
import { gather } from './indexing/gather.js';
import { interpolate } from './nets/interpolate.js';
import { layerNorm } from './nets/layer-norm.js';
import { maxPool2d } from './nets/max-pool2d.js';
import { pad } from './shape/pad.js';
import { scatterAdd } from './indexing/scatter-add.js';

/** A function, and the shapes of the inputs it is called with. */
interface Case {
  readonly f: (...inputs: Tensor[]) => Tensor;
  readonly shapes: readonly Shape[];
}

const size = fc.integer({ min: 1, max: 4 });
const shape = (minLength: number) => fc.array(size, { minLength, maxLength: 4 });
const axisOf = (own: Shape) => fc.integer({ min: -own.length, max: own.length - 1 });

/** A shape of one axis or more, with one of its axes. */
const shapeAndAxis = shape(1).chain((own) => fc.tuple(fc.constant(own), axisOf(own)));

function whole(own: Shape, below: number, key: number): Tensor {
  const values = uniforms(elementCount(own), key);
  return tensor(
    Int32Array.from(values, (u) => Math.floor(u * below)),
    { shape: own },
  );
}

const cases: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  matmul: fc
    .tuple(shape(0), size, size, size, fc.boolean(), fc.boolean())
    .map(([batch, m, k, n, oneLeft, oneRight]) => ({
      f: (a, b) => a.matmul(b),
      shapes: [
        [...(oneLeft ? [] : batch), m, k],
        [...(oneRight ? batch.map(() => 1) : batch), k, n],
      ],
    })),
  einsum: fc.tuple(size, size, size, size).map(([b, i, j, k]) => ({
    f: (x, y, z) => einsum('bij,jk,bk->ik', x, y, z),
    shapes: [
      [b, i, j],
      [j, k],
      [b, k],
    ],
  })),
  conv2d: fc
    .record({
      n: size,
      groups: fc.integer({ min: 1, max: 2 }),
      channels: fc.integer({ min: 1, max: 2 }),
      out: fc.integer({ min: 1, max: 2 }),
      window: fc.tuple(size, size),
      room: fc.tuple(size, size),
      stride: fc.tuple(size, size),
      padding: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
      dilation: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    })
    .map(({ n, groups, channels, out, window, room, stride, padding, dilation }) => ({
      f: (x, w, b) => conv2d(x, w, b, { stride, padding, dilation, groups }),
      shapes: [
        [
          n,
          groups * channels,
          (window[0] - 1) * dilation[0] + room[0],
          (window[1] - 1) * dilation[1] + room[1],
        ],
        [groups * out, channels, ...window],
        [groups * out],
      ],
    })),
  maxPool2d: fc
    .tuple(size, fc.tuple(size, size), fc.tuple(size, size), fc.tuple(size, size))
    .map(([n, kernelSize, stride, room]) => ({
      f: (x) => maxPool2d(x, { kernelSize, stride }),
      shapes: [[n, 2, kernelSize[0] + room[0], kernelSize[1] + room[1]]],
    })),
  interpolate: fc
    .tuple(fc.tuple(size, size), fc.tuple(size, size), fc.boolean(), fc.boolean())
    .map(([from, to, linear, alignCorners]) => ({
      f: (x) => interpolate(x, { size: to, ...(linear ? { mode: 'bilinear', alignCorners } : {}) }),
      shapes: [[1, 2, ...from]],
    })),
  layerNorm: fc.tuple(shape(0), fc.integer({ min: 3, max: 20 })).map(([outer, last]) => ({
    f: (x, w, b) => layerNorm(x, last, w, b),
    shapes: [[...outer, last], [last], [last]],
  })),
  softmax: shapeAndAxis.map(([own, axis]) => ({ f: (x) => x.softmax(axis), shapes: [own] })),
  logsumexp: shapeAndAxis.map(([own, axis]) => ({
    f: (x) => x.logsumexp({ axis }),
    shapes: [own],
  })),
  cumprod: shapeAndAxis.map(([own, axis]) => ({ f: (x) => x.cumprod(axis), shapes: [own] })),
  variance: shapeAndAxis
    .filter(([own, axis]) => (own.at(axis) ?? 0) > 1)
    .map(([own, axis]) => ({ f: (x) => x.variance({ axis, keepdim: true }), shapes: [own] })),
  slice: fc
    .tuple(shapeAndAxis, fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 }))
    .chain(([[own, axis], start, end]) =>
      fc.constantFrom(-3, -2, -1, 1, 2, 3).map((step) => ({
        f: (x: Tensor) => x.slice(start, end, axis, step),
        shapes: [own],
      })),
    ),
  cat: fc.tuple(shapeAndAxis, size).map(([[own, axis], more]) => ({
    f: (a, b) => cat([a, b, a], axis),
    shapes: [own, own.with(axis, more)],
  })),
  pad: fc
    .tuple(shape(2), fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 4, maxLength: 4 }))
    .filter(([own, padding]) =>
      padding.every((by, i) => by >= 0 || (own.at(-1 - (i >> 1)) ?? 0) > 2),
    )
    .map(([own, padding]) => ({ f: (x) => pad(x, padding, { value: 2 }), shapes: [own] })),
  gather: shapeAndAxis.map(([own, axis]) => ({
    f: (x) => gather(x, axis, whole(own, own.at(axis) ?? 1, 3)),
    shapes: [own],
  })),
  scatterAdd: shapeAndAxis.map(([own, axis]) => ({
    f: (x, source) => scatterAdd(x, axis, whole(own, own.at(axis) ?? 1, 4), source),
    shapes: [own, own],
  })),
  broadcast: shape(0).chain((own) =>
    fc.array(fc.boolean(), { minLength: own.length, maxLength: own.length }).map((ones) => ({
      f: (a: Tensor, b: Tensor) => a.mul(b).sub(b.exp()).div(a.square().add(1)),
      shapes: [own, own.map((length, i) => (ones[i] === true ? 1 : length))],
    })),
  ),
};

function drawn(own: Shape, key: number): Tensor {
  const values = uniforms(elementCount(own), key).map((u) => 2 * u - 1);
  return tensor(values, { shape: own });
}

const inner = (a: readonly Tensor[], b: readonly Tensor[]) =>
  a.reduce((total, one, i) => total + (b[i] ?? one).mul(one).sum().item(), 0);

/**
 * Along a random direction t, weighed with random u: `u . (J t)` by forward mode, `(JT u) . t` by reverse
 * mode, and a central difference are one number.
 */
function checkDirection({ f, shapes }: Case): void {
  scope(() => {
    const at = shapes.map((own, i) => drawn(own, 10 + i));
    const tangents = shapes.map((own, i) => drawn(own, 20 + i));
    const [value, tangent] = jvp(f, at, tangents);
    const u = drawn(value.shape, 30);
    const forward = inner([u], [tangent]);
    const reverse = inner(vjp(f, ...at)[1](u), tangents);
    const scale = Math.max(1, Math.abs(forward));
    expect(Math.abs(forward - reverse) / scale).toBeLessThan(1e-12);
    const moved = (h: number) => at.map((x, i) => x.add((tangents[i] ?? x).mul(h)));
    const h = 1e-6;
    const difference = (inner([u], [f(...moved(h))]) - inner([u], [f(...moved(-h))])) / (2 * h);
    expect(Math.abs(forward - difference) / scale).toBeLessThan(1e-6);
  });
}

describe('for any shapes, both modes and differences agree', () => {
  for (const [name, arbitrary] of Object.entries(cases)) {
    it(name, () => fc.assert(fc.property(arbitrary, checkDirection), { numRuns: 60 }));
  }
});
