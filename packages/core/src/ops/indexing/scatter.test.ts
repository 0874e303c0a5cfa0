import { describe, expect, it } from 'vitest';
import '../../methods.js';
import { gradientsOf } from '../../autodiff/grad.js';
import { tensor, zeros } from '../../create.js';
import { DTypeError, ShapeError, ValueError } from '../../errors.js';
import { embedding } from './embedding.js';
import { gather } from './gather.js';
import { indexAdd, indexCopy } from './index-add.js';
import { oneHot } from './one-hot.js';
import { scatter } from './scatter.js';
import { scatterAdd } from './scatter-add.js';
import { scatterReduce } from './scatter-reduce.js';
import { cummax } from '../scans/cummax.js';
import { median } from '../reductions/median.js';
import { sort, topk } from '../scans/sort.js';
import { take } from './take.js';
import { takeAlongAxis } from './take-along-axis.js';

const whole = (...values: number[]) => tensor(Int32Array.from(values));

describe('scattering', () => {
  it('keeps the last of several, and gives the gradient to it alone', () => {
    const source = tensor([1, 2, 3], { requiresGrad: true });
    const y = scatter(zeros([2]), 0, whole(1, 0, 1), source);
    expect(y.toList()).toEqual([2, 3]);
    expect(gradientsOf(y.sum(), [source])[0]?.toList()).toEqual([0, 1, 1]);
  });

  it('takes the first elements of a source that is longer, and numbers', () => {
    const source = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const at = tensor([[1, 0]], { dtype: 'i32' });
    expect(scatterAdd(zeros([2, 2]), 1, at, source).toList()).toEqual([
      [2, 1],
      [0, 0],
    ]);
    expect(scatter(zeros([2, 2]), 0, at, 7).toList()).toEqual([
      [0, 7],
      [7, 0],
    ]);
  });

  it('adds in the order of the indices', () => {
    // In any other order the small ones would not be lost.
    const source = tensor([1e8, 1, 1, -1e8]);
    expect(scatterAdd(zeros([1]), 0, whole(0, 0, 0, 0), source).toList()).toEqual([0]);
    expect(indexAdd(zeros([1]), 0, whole(0, 0, 0, 0), source).toList()).toEqual([0]);
  });

  it('works on scalars, whole numbers and indices from the back', () => {
    const zero = tensor(0, { dtype: 'i32' });
    expect(gather(tensor(5), 0, zero).item()).toBe(5);
    expect(scatter(tensor(5), 0, zero, 6).item()).toBe(6);
    expect(scatterReduce(tensor(5), 0, zero, tensor(2), 'prod').item()).toBe(10);
    expect(scatterReduce(whole(3, 9), 0, whole(-1, -1), whole(4, 2), 'amin').toList()).toEqual([
      3, 2,
    ]);
    expect(take(whole(1, 2, 3), whole(-1, 0)).toList()).toEqual([3, 1]);
    expect(indexCopy(whole(1, 2, 3), 0, whole(-1), whole(7)).toList()).toEqual([1, 2, 7]);
  });

  it('multiplies zeros with a derivative that has none of them divided by', () => {
    const source = tensor([0, 2, 0, 3], { requiresGrad: true });
    const y = scatterReduce(tensor([5, 7]), 0, whole(0, 0, 1, 1), source, 'prod');
    expect(gradientsOf(y.sum(), [source])[0]?.toList()).toEqual([10, 0, 21, 0]);
  });
});

describe('several results', () => {
  it('come as values and indices', () => {
    const x = tensor([3, 1, 2, 1]);
    const results = {
      sort: sort(x, { descending: true }),
      topk: topk(x, 2, { largest: false }),
      cummax: cummax(x, 0),
      median: median(x),
    };
    const lists = Object.entries(results).map(([name, { values, indices }]) => [
      name,
      values.toList(),
      indices.toList(),
    ]);
    expect(lists).toEqual([
      ['sort', [3, 2, 1, 1], [0, 2, 1, 3]],
      ['topk', [1, 1], [1, 3]],
      ['cummax', [3, 3, 3, 3], [0, 0, 0, 0]],
      ['median', 1, 3],
    ]);
  });
});

type Case = [string, () => unknown, new (message: string) => Error, ...string[]];
const cases: Case[] = [
  ['gather', () => gather(zeros([2, 3]), 1, whole(0)), ShapeError, '[1]', '[2, 3]'],
  ['gather', () => gather(zeros([2]), 0, zeros([2])), DTypeError, 'f32', "to('i32')"],
  ['gather', () => gather(zeros([2]), 0, whole(0, 2)), ValueError, '2', 'place 1', '[0, 2)'],
  [
    'gather',
    () => gather(zeros([2, 2]), 0, tensor([[0], [-3]], { dtype: 'i32' })),
    ValueError,
    '-3',
    'place [1, 0]',
  ],
  ['gather', () => gather(zeros([0]), 0, whole(0)), ValueError, 'empty'],
  ['scatterAdd', () => scatterAdd(zeros([2]), 0, whole(0, 1), zeros([1])), ShapeError, '[1]'],
  ['indexAdd', () => indexAdd(zeros([2, 3]), 0, whole(0), zeros([1, 2])), ShapeError, '[1, 3]'],
  [
    'scatterReduce',
    () => scatterReduce(whole(1), 0, whole(0), whole(1), 'mean'),
    DTypeError,
    'mean',
    "to('f32')",
  ],
  ['takeAlongAxis', () => takeAlongAxis(zeros([2, 2]), whole(0), 0), ShapeError, '[1]'],
  ['topk', () => topk(zeros([3]), 4), ValueError, '4', '3'],
  ['oneHot', () => oneHot(whole(0, 3), 3), ValueError, '3', '0 to 2'],
  ['oneHot', () => oneHot(whole()), ValueError, 'number'],
  ['embedding', () => embedding(zeros([3]), whole(0)), ShapeError, '[3]'],
  ['embedding', () => embedding(zeros([3, 2]), whole(3)), ValueError, '3', '[0, 3)'],
  [
    'embedding',
    () => embedding(zeros([3, 2]), whole(0), { paddingIndex: 3 }),
    ValueError,
    'padding index 3',
  ],
];

describe('what does not fit', () => {
  it.each(cases)('%s says so', (name, run, kind, ...parts) => {
    expect(run).toThrow(kind);
    for (const part of [name, ...parts]) expect(run).toThrow(part);
  });
});
