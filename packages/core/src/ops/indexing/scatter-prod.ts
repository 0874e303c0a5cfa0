import { ones, zeros } from '../../create.js';
import { runByElement, type AxisArgs } from './element-indices.js';
import { literal } from '../../literal.js';
import { defineOp } from '../../op.js';
import { elementCount, type Shape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { previous } from '../scans/scan.js';
import { argsort } from '../scans/argsort.js';
import { ne } from '../elementwise/compare.js';
import { gather } from './gather.js';
import { indexSelect } from './index-select.js';
import { mul } from '../elementwise/mul.js';
import { recurrence } from '../scans/recurrence.js';
import { reshape } from '../shape/reshape.js';
import { scatterAdd } from './scatter-add.js';
import { where } from '../elementwise/where.js';

interface ScatterProdArgs extends AxisArgs {
  /** Of the result. */
  readonly shape: Shape;
}

/** Where each element of the source goes, counted row by row through the result. */
function destinations(indices: Tensor, { axis, shape }: ScatterProdArgs): Tensor {
  const count = emptyTensor([elementCount(shape)], 'i32', 'scatterReduce');
  const places = count.view();
  for (let i = 0; i < places.length; i++) places[i] = i;
  return gather(reshape(count, shape), axis, indices);
}

/** Along a list in groups, the product of the elements of its group that lie before each. */
function productBefore(list: Tensor, groups: Tensor, reverse: boolean): Tensor {
  const way = { axis: 0, reverse };
  const one = literal(1, list.dtype);
  const zero = literal(0, list.dtype);
  const first = ne(previous(groups, way, -1), groups);
  return recurrence(where(first, zero, previous(list, way, 1)), where(first, one, zero), way);
}

/**
 * For each element of the source the product of all others that go to the same place: sorted by where
 * they go, that of those before it and of those behind it, so that no zero is divided by.
 */
function productOfOthers(source: Tensor, indices: Tensor, args: ScatterProdArgs): Tensor {
  const groups = reshape(destinations(indices, args), [-1]);
  const order = argsort(groups);
  const sorted = indexSelect(reshape(source, [-1]), order);
  const sortedGroups = indexSelect(groups, order);
  const others = mul(
    productBefore(sorted, sortedGroups, false),
    productBefore(sorted, sortedGroups, true),
  );
  return reshape(indexSelect(others, argsort(order)), source.shape);
}

const scatterProdOp = defineOp<2, ScatterProdArgs>({
  name: 'scatterProd',
  arity: 2,
  forward: ({ inputs: [source, indices], args: { axis, shape } }) => {
    const out = ones(shape, { dtype: source.dtype });
    runByElement('scatterProd', [out, source, indices], shape, axis);
    return out;
  },
  derivative: {
    vjp: [
      (gradient, { inputs: [source, indices], args }) =>
        mul(gather(gradient, args.axis, indices), productOfOthers(source, indices, args)),
      { nondifferentiable: 'an index is a whole number' },
    ],
    jvp: [
      (tangent, { inputs: [source, indices], args }) => {
        const parts = mul(tangent, productOfOthers(source, indices, args));
        const none = zeros(args.shape, { dtype: source.dtype });
        return scatterAdd(none, args.axis, indices, parts);
      },
      { nondifferentiable: 'an index is a whole number' },
    ],
  },
  torch: 'torch.ones(args["shape"], dtype=a.dtype).scatter_reduce(args["axis"], b, a, "prod")',
  samples: [
    {
      inputs: [[6], { shape: [6], dtype: 'i32', values: [1, 0, 1, 3, 1, 0] }],
      args: { axis: 0, shape: [4] },
    },
    {
      inputs: [[2, 4], { shape: [2, 4], dtype: 'i32', low: 0, high: 2 }],
      args: { axis: 1, shape: [2, 3] },
    },
    {
      inputs: [
        { shape: [6], values: [0, 2, 0, 3, -1, 4] },
        { shape: [6], dtype: 'i32', values: [1, 0, 1, 0, 1, 2] },
      ],
      args: { axis: 0, shape: [3] },
    },
    {
      inputs: [[0, 2], { shape: [0, 2], dtype: 'i32' }],
      args: { axis: 0, shape: [2, 2] },
    },
  ],
});

/**
 * The product of the elements of the source that go to each place along an axis, 1 where none does.
 * The indices are i32 and in range.
 */
export function scatterProd(source: Tensor, indices: Tensor, args: ScatterProdArgs): Tensor {
  return scatterProdOp([source, indices], args);
}
