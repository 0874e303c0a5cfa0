import { ShapeError } from '../../errors.js';
import { select, type IndexItem, type Selection } from './index-items.js';
import { literal } from '../../literal.js';
import { registerComposed } from '../../op.js';
import {
  broadcastShapes,
  elementCount,
  formatShape,
  rowMajorStrides,
  sameShape,
  type Shape,
} from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { addRows } from './add-rows.js';
import { asStrided } from '../shape/as-strided.js';
import { expand } from '../shape/expand.js';
import { indexSelect } from './index-select.js';
import { mul } from '../elementwise/mul.js';
import { permute } from '../shape/permute.js';
import { putRows } from './put-rows.js';
import { putStrided } from '../shape/put-strided.js';
import { reshape } from '../shape/reshape.js';
import { cast } from '../elementwise/to.js';
import { checkOptions, type OptionNames } from '../../options.js';

/** What numbers and slices take; the tensor itself where that is all of it, as it lies. */
function walked(x: Tensor, { shape, strides, offset }: Selection): Tensor {
  const whole = sameShape(shape, x.shape) && String(strides) === String(rowMajorStrides(x.shape));
  return whole ? x : asStrided(x, shape, strides, offset);
}

/** A walk whose indexed axes have been brought to the front, so that indices choose rows of it. */
interface Rows {
  /** The order of axes that does that; null where they are there already. */
  readonly order: readonly number[] | null;
  /** How many rows there are. */
  readonly count: number;
  /** The sizes of what a row holds. */
  readonly row: Shape;
  /** Which rows are taken, in the shape that the indices have together. */
  readonly chosen: Tensor;
}

function rowsOf(op: string, { shape, chosen }: Selection): Rows {
  const axes = chosen.map(({ axis }) => axis);
  const rest = [...shape.keys()].filter((axis) => !axes.includes(axis));
  const order = [...axes, ...rest];
  const sizes = axes.map((axis) => shape[axis] ?? 1);
  const common = chosen.reduce<Shape>(
    (all, { indices }) => broadcastShapes(op, all, indices.shape),
    [],
  );
  const strides = rowMajorStrides(sizes);
  const places = chosen
    .map(({ indices }, i) => (strides[i] === 1 ? indices : mul(indices, strides[i] ?? 1)))
    .reduce((a, b) => add(a, b));
  return {
    order: order.every((axis, i) => axis === i) ? null : order,
    count: elementCount(sizes),
    row: rest.map((axis) => shape[axis] ?? 1),
    chosen: expand(places, common),
  };
}

/** Where the axes of the indices go that come first: behind `place` of the others. */
function toPlace({ chosen, row }: Rows, place: number): number[] {
  const own = [...chosen.shape.keys()];
  const others = row.map((_, i) => chosen.rank + i);
  return [...others.slice(0, place), ...own, ...others.slice(place)];
}

function inverse(order: readonly number[]): number[] {
  return order.map((_, i) => order.indexOf(i));
}

/**
 * What the items take, one for each axis from the first on, as NumPy's `x[items]`: the element at a number
 * (that axis is gone), a slice `{ start, end, step }` or `'start:end:step'`, the elements at the indices in a
 * tensor of i32 or a list, or where a tensor of bool is true; `newAxis` (null) inserts an axis, `ellipsis`
 * ('...') stands for all axes that are left. Numbers and indices below 0 count from the back.
 *
 * Several tensors of indices are stretched to each other and walked together. Their axes come where the
 * first of them stands when all stand side by side, else at the front; numbers are taken out before, as in
 * PyTorch (NumPy counts them as such tensors). Derivative: the gradient where elements were taken, added in
 * the order of the indices.
 * @throws ShapeError for more items than axes, a mask of another shape, or indices that do not stretch;
 *   ValueError for a number or an index outside of its axis, and for text that is no slice; DTypeError for
 *   indices that are not whole
 *
 * @example
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * index(x, 0); // [1, 2, 3]
 * index(x, '...', '::-1'); // [[3, 2, 1], [6, 5, 4]]
 * index(x, [1, 0], [0, 2]); // [4, 3]
 */
export function index(x: Tensor, ...items: IndexItem[]): Tensor {
  const selection = select('index', x.shape, items);
  const base = walked(x, selection);
  if (selection.chosen.length === 0) return base;
  const rows = rowsOf('index', selection);
  const front = rows.order === null ? base : permute(base, rows.order);
  const picked = reshape(
    indexSelect(reshape(front, [rows.count, ...rows.row]), reshape(rows.chosen, [-1])),
    [...rows.chosen.shape, ...rows.row],
  );
  return selection.place === 0 ? picked : permute(picked, toPlace(rows, selection.place));
}

export interface IndexPutOptions {
  /** Add to what is there, several to one place one after another, instead of taking its place. */
  readonly accumulate?: boolean;
}

const indexPutNames: OptionNames<IndexPutOptions> = { accumulate: true };

/**
 * `x` with a value, a number or what stretches to it, in the place of what `index(x, ...items)` takes; `x` itself
 * stays. Of several for one place the last stays, or with `accumulate` all are added. Derivatives: the
 * gradient where `x` was left, and for the value the gradient where it stayed.
 * @throws as `index`; ShapeError when the value does not stretch to what is taken
 *
 * @example
 * indexPut(zeros([3]), [[0, 0, 2]], 1, { accumulate: true }); // [2, 0, 1]
 */
export function indexPut(
  x: Tensor,
  items: readonly IndexItem[],
  value: Tensor | number,
  options: IndexPutOptions = {},
): Tensor {
  checkOptions('indexPut', options, indexPutNames);
  const { accumulate = false } = options;
  const selection = select('indexPut', x.shape, items);
  const own = typeof value === 'number' ? literal(value, x.dtype) : cast(value, x.dtype);
  const base = walked(x, selection);
  const put =
    selection.chosen.length === 0
      ? putWhole(base, own, accumulate)
      : putByIndex(base, own, selection, accumulate);
  return base === x ? put : putStrided(x, put, selection.strides, selection.offset);
}

function putWhole(base: Tensor, value: Tensor, accumulate: boolean): Tensor {
  const stretched = stretchedTo(base.shape, value);
  return accumulate ? add(base, stretched) : stretched;
}

function putByIndex(
  base: Tensor,
  value: Tensor,
  selection: Selection,
  accumulate: boolean,
): Tensor {
  const rows = rowsOf('indexPut', selection);
  const order = toPlace(rows, selection.place);
  const taken = [...rows.chosen.shape, ...rows.row];
  const stretched = stretchedTo(
    order.map((axis) => taken[axis] ?? 1),
    value,
  );
  const inFront = selection.place === 0 ? stretched : permute(stretched, inverse(order));
  const source = reshape(inFront, [rows.chosen.size, ...rows.row]);
  const front = rows.order === null ? base : permute(base, rows.order);
  const whole = reshape(front, [rows.count, ...rows.row]);
  const places = reshape(rows.chosen, [-1]);
  const put = accumulate
    ? add(whole, addRows(source, places, rows.count))
    : putRows(whole, places, source);
  const back = reshape(put, front.shape);
  return rows.order === null ? back : permute(back, inverse(rows.order));
}

function stretchedTo(shape: Shape, value: Tensor): Tensor {
  if (!sameShape(broadcastShapes('indexPut', value.shape, shape), shape)) {
    throw new ShapeError(
      `indexPut: a value of shape ${formatShape(value.shape)} does not stretch to ` +
        `${formatShape(shape)}, which the items take`,
    );
  }
  return expand(value, shape);
}

/** An item of a sample: one that JSON can write, or which of the inputs it is. */
type SampleItem = Exclude<IndexItem, Tensor> | { readonly input: number };

function itemsOf(inputs: readonly Tensor[], items: readonly SampleItem[]): IndexItem[] {
  return items.map((item) =>
    typeof item === 'object' && item !== null && 'input' in item
      ? (inputs[item.input] ?? null)
      : item,
  );
}

const inPython =
  'tuple(x[i["input"]] if isinstance(i, dict) and "input" in i' +
  ' else slice(i.get("start"), i.get("end"), i.get("step")) if isinstance(i, dict)' +
  ' else Ellipsis if i == "..."' +
  ' else slice(*[int(p) if p else None for p in i.split(":")]) if isinstance(i, str)' +
  ' else i for i in args["items"])';
const whole = (shape: readonly number[], size: number) =>
  ({ shape, dtype: 'i32', low: -size, high: size - 1 }) as const;
const mask = { shape: [4], dtype: 'bool', values: [1, 0, 1, 1] } as const;

registerComposed<{ readonly items: readonly SampleItem[] }>({
  name: 'index',
  run: (inputs, { items }) => index(inputs[0], ...itemsOf(inputs, items)),
  torch: `a[${inPython}]`,
  samples: [
    { inputs: [[3, 4]], args: { items: [1] } },
    { inputs: [[3, 4]], args: { items: [-1, -4] } },
    { inputs: [[3, 4]], args: { items: ['1:', { start: 0, end: -1, step: 2 }] } },
    { inputs: [[2, 3, 4]], args: { items: ['...', 2] } },
    { inputs: [[2, 3, 4]], args: { items: [0, null, '...', '1:3', null] } },
    { inputs: [[3, 4]], args: { items: [] } },
    { inputs: [[]], args: { items: [null, '...'] } },
    { inputs: [[3, 4]], args: { items: ['2:1', 0] } },
    { inputs: [[3, 5]], args: { items: ['::-1', '-2:0:-2'] }, golden: false },
    { inputs: [[4, 2], whole([3], 4)], args: { items: [{ input: 1 }] } },
    { inputs: [[4, 2], whole([2, 3], 4)], args: { items: [{ input: 1 }, 1] } },
    { inputs: [[3, 4], whole([], 3)], args: { items: [{ input: 1 }] } },
    {
      inputs: [[3, 4, 2], whole([2, 1], 3), whole([3], 4)],
      args: { items: [{ input: 1 }, { input: 2 }] },
    },
    {
      inputs: [[2, 3, 4], whole([5], 3), whole([5], 4)],
      args: { items: [':', { input: 1 }, { input: 2 }] },
    },
    {
      inputs: [[3, 2, 4], whole([5], 3), whole([5], 4)],
      args: { items: [{ input: 1 }, ':', { input: 2 }] },
    },
    {
      inputs: [[2, 3, 2, 3], whole([2], 3), whole([2], 3)],
      args: { items: ['1:', { input: 1 }, 0, { input: 2 }] },
    },
    {
      inputs: [[2, 3, 4], [1], whole([2], 4)],
      args: { items: [0, '...', { input: 2 }] },
    },
    { inputs: [[3, 4]], args: { items: ['...', [3, 0, 0]] } },
    { inputs: [[4, 2], mask], args: { items: [{ input: 1 }] } },
    { inputs: [[2, 4], mask], args: { items: [':', { input: 1 }] } },
    {
      inputs: [[2, 3, 2], { shape: [2, 3], dtype: 'bool', low: 0, high: 1 }],
      args: { items: [{ input: 1 }] },
    },
    {
      inputs: [[4, 3], mask, whole([3], 3)],
      args: { items: [{ input: 1 }, { input: 2 }] },
    },
    {
      inputs: [[3], { shape: [3], dtype: 'bool', values: [0, 0, 0] }],
      args: { items: [{ input: 1 }] },
    },
    { inputs: [{ shape: [3, 2], dtype: 'i32', low: 0, high: 9 }], args: { items: [[0, -1], 1] } },
  ],
});

registerComposed<{ readonly items: readonly SampleItem[] } & IndexPutOptions>({
  name: 'indexPut',
  run: (inputs, { items, accumulate = false }) =>
    indexPut(inputs[0], itemsOf(inputs, items), inputs[1], { accumulate }),
  torch:
    `(lambda y, i: (y, y.__setitem__(i, y[i] + b) if args.get("accumulate") and not any(map(torch.is_tensor, i))` +
    ` else y.index_put_(i, b, True) if args.get("accumulate") else y.__setitem__(i, b))[0])` +
    `(a.clone(), ${inPython})`,
  samples: [
    { inputs: [[3, 4], [4]], args: { items: [1] } },
    {
      inputs: [
        [3, 4],
        [2, 2],
      ],
      args: { items: ['1:', { start: 0, end: -1, step: 2 }] },
    },
    {
      inputs: [
        [3, 4],
        [3, 1],
      ],
      args: { items: ['...', '1:3'], accumulate: true },
    },
    { inputs: [[3, 4], []], args: { items: [2, -1] } },
    { inputs: [[3, 5], [2]], args: { items: ['::-1', '-2:0:-2'] }, golden: false },
    {
      inputs: [[4, 2], [2], { shape: [2], dtype: 'i32', values: [3, 1] }],
      args: { items: [{ input: 2 }] },
    },
    {
      inputs: [[4, 2], [3, 2], { shape: [3], dtype: 'i32', values: [3, -1, 0] }],
      args: { items: [{ input: 2 }], accumulate: true },
    },
    {
      inputs: [[4], [3], { shape: [3], dtype: 'i32', values: [3, 3, 0] }],
      args: { items: [{ input: 2 }] },
      golden: false,
    },
    {
      inputs: [[2, 3, 4], [2, 2], whole([2], 3), { shape: [2], dtype: 'i32', values: [0, 3] }],
      args: { items: [':', { input: 2 }, { input: 3 }] },
    },
    {
      inputs: [[2, 4], [], { shape: [4], dtype: 'bool', values: [1, 0, 1, 1] }],
      args: { items: [':', { input: 2 }] },
    },
    {
      inputs: [
        [2, 3, 3],
        [1, 2],
        { shape: [2], dtype: 'i32', values: [2, 0] },
        { shape: [2], dtype: 'i32', values: [1, 2] },
      ],
      args: { items: ['1:', { input: 2 }, { input: 3 }] },
      golden: false,
    },
  ],
});
