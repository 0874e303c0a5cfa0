import { isFloat } from '../../dtype.js';
import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { alongAxis, rowSizes } from '../activations/rows.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { reshape } from '../shape/reshape.js';
import { cast } from '../elementwise/to.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface SortOptions {
  /** The axis to sort along, the last when left out. */
  readonly axis?: number;
  /** The largest first; the smallest when left out. */
  readonly descending?: boolean;
}

export const sortNames: OptionNames<SortOptions> = { axis: true, descending: true };

interface ArgsortArgs {
  readonly axis: number;
  readonly descending: boolean;
}

function orderOfRows(x: Tensor, descending: boolean): Tensor {
  const [rows, length] = rowSizes(x);
  const out = emptyTensor(x.shape, 'i32', 'argsort');
  const work = emptyTensor([length], 'i32', 'argsort');
  const kernel = engine().kernel('argsort', x.dtype);
  const addresses = [out, work, x].map((one) => one.address());
  kernel(...addresses, rows, length, Number(descending));
  return out;
}

const argsortOp = defineOp<1, ArgsortArgs>({
  name: 'argsort',
  arity: 1,
  forward: ({ inputs: [x], args: { axis, descending } }) =>
    alongAxis('argsort', x, axis, (rows) => orderOfRows(rows, descending)),
  derivative: { nondifferentiable: 'an index is a whole number' },
  torch: 'torch.sort(a, dim=args["axis"], descending=args["descending"], stable=True)[1]',
  samples: [
    { inputs: [[5]], args: { axis: 0, descending: false } },
    { inputs: [[2, 20]], args: { axis: 1, descending: true } },
    { inputs: [[2, 3, 4]], args: { axis: 1, descending: false } },
    { inputs: [[0, 3]], args: { axis: 0, descending: false } },
    { inputs: [[3, 0]], args: { axis: 1, descending: true } },
    ...[false, true].flatMap((descending) => [
      {
        inputs: [{ shape: [9], values: [1, NaN, 2, -0, 0, NaN, Infinity, 1, -Infinity] }],
        args: { axis: 0, descending },
        extreme: true as const,
      },
      {
        inputs: [{ shape: [3, 9], dtype: 'i32' as const, low: -2, high: 2 }],
        args: { axis: 1, descending },
      },
    ]),
  ],
});

/**
 * The indices along an axis that put the elements in order, as i32. The sort is stable: equal elements
 * keep their order; NaN is the largest.
 * @throws ShapeError when the axis is not there
 *
 * @example
 * argsort(tensor([3, 1, 2])); // [1, 2, 0]
 */
export function argsort(x: Tensor, options: SortOptions = {}): Tensor {
  checkOptions('argsort', options, sortNames);
  const { axis = -1, descending = false } = options;
  const own = isFloat(x.dtype) ? x : cast(x, 'i32');
  if (own.rank > 0) return argsortOp([own], { axis, descending });
  return reshape(argsort(reshape(own, [1]), { axis, descending }), []);
}
