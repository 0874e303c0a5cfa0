import { describe, expect, it } from 'vitest';
import '../../methods.js';
import { arange, tensor, zeros } from '../../create.js';
import { DTypeError, ShapeError, ValueError } from '../../errors.js';
import { ellipsis, newAxis, type IndexItem } from './index-items.js';
import { elementCount } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { index, indexPut } from './indexing.js';
import { reshape } from '../shape/reshape.js';

const counted = (...shape: number[]) => reshape(arange(0, elementCount(shape)), shape);
const whole = (...values: number[]) => tensor(Int32Array.from(values));
const bools = (...values: number[]) => tensor(values, { dtype: 'bool' });

describe('index', () => {
  const x = counted(2, 3, 4);

  it('takes slices forwards and backwards, cut to what is there, as Python does', () => {
    const list = [0, 1, 2, 3, 4];
    const python: [string, number[]][] = [
      ['1:3', [1, 2]],
      [':', list],
      ['-2:', [3, 4]],
      ['::2', [0, 2, 4]],
      ['::-1', [4, 3, 2, 1, 0]],
      ['3:0:-2', [3, 1]],
      ['9:-9:-3', [4, 1]],
      ['-9:2', [0, 1]],
      ['2:2', []],
      ['3:1', []],
      [' 1 : -1 : 2 ', [1, 3]],
    ];
    for (const [text, expected] of python) {
      expect(index(tensor(list), text).toList(), text).toEqual(expected);
    }
    expect(index(tensor(list), { start: -3, end: null, step: 2 }).toList()).toEqual([2, 4]);
    expect(index(tensor(list), { end: 1, step: -1 }).toList()).toEqual([4, 3, 2]);
    expect(index(zeros([0]), '::-1').toList()).toEqual([]);
  });

  it('drops axes for numbers, adds them for newAxis and fills in for the ellipsis', () => {
    expect(index(x, 1, -1, 0).item()).toBe(20);
    expect(index(x, newAxis, 0, ellipsis, newAxis).shape).toEqual([1, 3, 4, 1]);
    expect(index(x, ellipsis).toList()).toEqual(x.toList());
    expect(x.index(-1, '...', 2).toList()).toEqual([14, 18, 22]);
  });

  it('puts the axes of indices where PyTorch puts them', () => {
    const i = whole(0, 1, 1, 0, 1);
    const shapes: [IndexItem[], number[]][] = [
      [
        [':', i, i],
        [2, 5],
      ],
      [
        [':', i, '...', i],
        [2, 5],
      ],
      [
        [i, null, i],
        [5, 1, 4],
      ],
      [
        [0, ':', i],
        [3, 5],
      ],
      [
        [':', 0, i],
        [2, 5],
      ],
      [
        [i, '...', 0],
        [5, 3],
      ],
      [
        [null, i],
        [1, 5, 3, 4],
      ],
      [
        [':', bools(1, 0, 1), '1:'],
        [2, 2, 3],
      ],
      [
        [bools(1, 1), ':', whole(3)],
        [2, 3],
      ],
      [
        [':', reshape(i, [5, 1]), whole(0, 3)],
        [2, 5, 2],
      ],
    ];
    for (const [items, shape] of shapes) expect(index(x, ...items).shape).toEqual(shape);
    expect(index(x, 1, ':', whole(3, 0)).toList()).toEqual([
      [15, 12],
      [19, 16],
      [23, 20],
    ]);
    expect(index(x, [0, 1], '2:', [-1, 0]).toList()).toEqual([[11], [20]]);
  });

  const wrong: [string, IndexItem[], new (message: string) => Error, string[]][] = [
    ['a number outside', [0, 3], ValueError, ['item 1', '3', 'axis 1', 'size 3']],
    ['a number too far back', [-3], ValueError, ['item 0', '-3', 'size 2']],
    ['a fraction', [0.5], ValueError, ['0.5']],
    ['an index outside', [':', whole(0, -4)], ValueError, ['item 1', '-4', 'place 1', '[0, 3)']],
    ['an index in a list', [[0, 2]], ValueError, ['item 0', '2', 'place 1', '[0, 2)']],
    ['a list of fractions', [[0.5]], ValueError, ['0.5']],
    ['other text', ['1-2'], ValueError, ['item 0', "'1-2'"]],
    ['a step of 0', ['::0'], ValueError, ['item 0', 'step']],
    ['too many items', [0, 0, 0, 0], ShapeError, ['4 axes', '[2, 3, 4]']],
    ['two ellipses', ['...', '...'], ShapeError, ['at most one']],
    ['a mask of another shape', [bools(1, 0, 1)], ShapeError, ['[3]', '[2]']],
    ['floating indices', [tensor([0])], DTypeError, ['f32', "to('i32')"]],
    ['indices that do not stretch', [whole(0, 1), whole(0, 1, 2)], ShapeError, ['[2]', '[3]']],
  ];
  it.each(wrong)('refuses %s', (_, items, kind, parts) => {
    expect(() => index(x, ...items)).toThrow(kind);
    for (const part of parts) expect(() => index(x, ...items)).toThrow(part);
  });
});

describe('indexPut', () => {
  it('leaves the tensor as it was', () => {
    const x = zeros([2, 2]);
    expect(indexPut(x, [0], 1).toList()).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(x.toList()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('keeps the last of several for one place, or adds them all in order', () => {
    const places = [[2, 0, 2]];
    expect(indexPut(zeros([3]), places, tensor([1, 2, 3])).toList()).toEqual([2, 0, 3]);
    const sums = indexPut(zeros([3]), places, tensor([1, 2, 3]), { accumulate: true });
    expect(sums.toList()).toEqual([2, 0, 4]);
  });

  it('is what index takes again', () => {
    const x = counted(3, 4, 2).to('f32');
    const selections: IndexItem[][] = [
      [1],
      ['::-1', '1::2'],
      [':', whole(3, 0)],
      [whole(2, 0), ':', whole(1, 1)],
      ['1:', bools(0, 1, 1, 0), 0],
      [null, '...', 1],
    ];
    for (const items of selections) {
      const taken: Tensor = index(x, ...items);
      const value = taken.neg().sub(1);
      const put = indexPut(x, items, value);
      expect(index(put, ...items).toList()).toEqual(value.toList());
      expect(put.ne(x).sum().item()).toBe(taken.size);
    }
  });

  it('refuses a value that does not stretch', () => {
    expect(() => indexPut(zeros([2, 3]), ['...'], zeros([2]))).toThrow(ShapeError);
    expect(() => indexPut(zeros([2, 3]), [0], zeros([2, 3]))).toThrow('[2, 3]');
  });
});
