import { describe, expect, it } from 'vitest';
import '../../methods.js';
import { arange, ones, tensor, zeros } from '../../create.js';
import type { DType } from '../../dtype.js';
import { rand } from '../../random/draw.js';
import type { Tensor } from '../../tensor.js';
import { allClose, equal } from '../elementwise/all-close.js';
import { meshgrid } from './meshgrid.js';
import { stack } from './stack.js';

const lists = (tensors: readonly Tensor[]) => tensors.map((one) => one.toList());

describe('cutting', () => {
  it('takes one size or several', () => {
    const x = arange(5);
    expect(lists(x.split(2))).toEqual([[0, 1], [2, 3], [4]]);
    expect(lists(x.split(9))).toEqual([[0, 1, 2, 3, 4]]);
    expect(lists(x.split([0, 4, 1]))).toEqual([[], [0, 1, 2, 3], [4]]);
    expect(zeros([0, 2]).split(3).map(({ shape }) => shape)).toEqual([[0, 2]]); // prettier-ignore
    expect(zeros([2, 0]).split(0, 1)).toHaveLength(1);
  });

  it('makes as many chunks as PyTorch does', () => {
    const sizes = (length: number, chunks: number) => arange(length).chunk(chunks).map((x) => x.size); // prettier-ignore
    expect(sizes(6, 4)).toEqual([2, 2, 2]);
    expect(sizes(5, 2)).toEqual([3, 2]);
    expect(sizes(2, 5)).toEqual([1, 1]);
    expect(sizes(0, 3)).toEqual([0, 0, 0]);
  });

  it('looks at pieces of the first axis where they lie', () => {
    const x = zeros([4, 3]);
    for (const piece of [...x.split(2), ...x.unbind(), x.slice(1), x.narrow(0, 1, 2)]) {
      expect(piece.storage).toBe(x.storage);
    }
    expect(x.slice(0, 4, 0, 2).storage).not.toBe(x.storage);
  });

  it('is undone by putting together', () => {
    const x = rand([2, 3, 4]);
    for (const axis of [0, 1, 2, -1]) expect(equal(stack(x.unbind(axis), axis), x)).toBe(true);
  });
});

describe('slices', () => {
  /** What Python's slices give for every start, end and step around a length. */
  it('count as those of Python', () => {
    for (let size = 0; size < 5; size++) {
      for (const step of [-3, -2, -1, 1, 2, 3]) {
        for (const start of [undefined, -6, -2, -1, 0, 1, 3, 6]) {
          for (const end of [undefined, -6, -2, -1, 0, 1, 3, 6]) {
            const expected: number[] = [];
            const wrap = (i: number) => (i < 0 ? i + size : i);
            const low = step > 0 ? 0 : -1;
            const bound = (i: number) => Math.max(low, Math.min(size + low, wrap(i)));
            let i = start === undefined ? (step > 0 ? 0 : size - 1) : bound(start);
            const last = end === undefined ? (step > 0 ? size : -1) : bound(end);
            for (; step > 0 ? i < last : i > last; i += step) expected.push(i);
            expect(arange(size).slice(start, end, 0, step).toList()).toEqual(expected);
          }
        }
      }
    }
  });
});

describe('every dtype', () => {
  const dtypes: DType[] = ['f32', 'f64', 'i32', 'u8', 'bool'];

  it.each(dtypes)('%s is moved as it is', (dtype) => {
    const x = tensor([0, 1, 1, 1, 0, 1], { shape: [2, 3], dtype });
    const moved = {
      flip: x.flip(),
      roll: x.roll(1, 1),
      repeat: x.repeat([1, 2]),
      repeatInterleave: x.repeatInterleave([2, 1], 0),
      slice: x.slice(undefined, undefined, 1, -2),
      reflect: x.pad([1, 1], { mode: 'reflect' }),
      constant: x.pad([1, 0], { value: 1 }),
      diagonal: x.diagonal(),
      unfoldAxis: x.unfoldAxis(1, 2, 1),
      tril: x.tril(),
      diag: x.diagonal().diag(),
    };
    const asNumbers = Object.fromEntries(
      Object.entries(moved).map(([name, y]) => {
        expect(y.dtype, name).toBe(dtype);
        return [name, y.to('i32').toList()];
      }),
    );
    expect(asNumbers).toEqual({
      flip: [[1, 0, 1], [1, 1, 0]],
      roll: [[1, 0, 1], [1, 1, 0]],
      repeat: [[0, 1, 1, 0, 1, 1], [1, 0, 1, 1, 0, 1]],
      repeatInterleave: [[0, 1, 1], [0, 1, 1], [1, 0, 1]],
      slice: [[1, 0], [1, 1]],
      reflect: [[1, 0, 1, 1, 1], [0, 1, 0, 1, 0]],
      constant: [[1, 0, 1, 1], [1, 1, 0, 1]],
      diagonal: [0, 0],
      unfoldAxis: [[[0, 1], [1, 1]], [[1, 0], [0, 1]]],
      tril: [[0, 0, 0], [1, 0, 0]],
      diag: [[0, 0], [0, 0]],
    }); // prettier-ignore
  });
});

it('grids follow rows first, or x first as in pictures', () => {
  const [rows, columns] = [arange(2), arange(3)];
  expect(lists(meshgrid([rows, columns]))).toEqual([
    [[0, 0, 0], [1, 1, 1]],
    [[0, 1, 2], [0, 1, 2]],
  ]); // prettier-ignore
  const [x, y] = meshgrid([columns, rows], { indexing: 'xy' });
  expect(x?.shape).toEqual([2, 3]);
  expect(y?.toList()).toEqual([[0, 0, 0], [1, 1, 1]]); // prettier-ignore
  expect(meshgrid([])).toEqual([]);
});

describe('comparing', () => {
  it('is close within tolerances, as in PyTorch', () => {
    const x = tensor([1, -2, 0], { dtype: 'f64' });
    expect(allClose(x, x.add(1e-9))).toBe(true);
    expect(allClose(x, x.add(1e-7))).toBe(false);
    expect(allClose(x, x.add(1e-7), { atol: 1e-6 })).toBe(true);
    expect(allClose(x, x.mul(1.01), { rtol: 0.02 })).toBe(true);
    expect(allClose(ones([2, 3]), 1)).toBe(true);
    expect(allClose(zeros([0]), 1)).toBe(true);
    expect(allClose(arange(3), tensor([0, 1, 2]))).toBe(true);
  });

  it.each(['f32', 'f64'] as const)('knows infinities and NaN of %s', (dtype) => {
    const of = (...values: number[]) => tensor(values, { dtype });
    expect(allClose(of(Infinity, -Infinity), of(Infinity, -Infinity))).toBe(true);
    expect(allClose(of(Infinity), of(-Infinity))).toBe(false);
    expect(allClose(of(1), of(Infinity))).toBe(false);
    expect(allClose(of(Infinity), of(1))).toBe(false);
    expect(allClose(of(NaN), of(NaN))).toBe(false);
    expect(allClose(of(NaN, 1), of(NaN, 1), { equalNan: true })).toBe(true);
    expect(allClose(of(NaN), of(1), { equalNan: true })).toBe(false);
    expect(equal(of(NaN), of(NaN))).toBe(false);
  });

  it('is equal in shape and elements alone', () => {
    expect(equal(arange(3), arange(3))).toBe(true);
    expect(equal(arange(3), tensor([0, 1, 3]))).toBe(false);
    expect(equal(zeros([2]), zeros([1]))).toBe(false);
    expect(equal(zeros([0, 2]), zeros([0, 2]))).toBe(true);
    expect(equal(zeros([0, 2]), zeros([0, 3]))).toBe(false);
  });

  it('records nothing', () => {
    const x = ones([2]);
    x.requiresGrad = true;
    expect(allClose(x.mul(2), x.add(1))).toBe(true);
  });
});
