import { ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape, normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { argsort, type SortOptions, sortNames } from './argsort.js';
import { gather } from '../indexing/gather.js';
import { reshape } from '../shape/reshape.js';
import { narrow } from '../shape/slice.js';
import { checkOptions, type OptionNames } from '../../options.js';

/** Elements, and where each was along the axis. */
export interface Chosen {
  readonly values: Tensor;
  /** As i32. */
  readonly indices: Tensor;
}

/**
 * The elements in order along an axis, the last when left out, and the indices that they had. The sort
 * is stable: equal elements keep their order; NaN is the largest. Derivative: the gradient, put back.
 * @throws ShapeError when the axis is not there
 *
 * @example
 * sort(tensor([3, 1, 2])).values; // [1, 2, 3]
 */
export function sort(x: Tensor, options: SortOptions = {}): Chosen {
  checkOptions('sort', options, sortNames);
  const indices = argsort(x, options);
  return { values: gather(x, options.axis ?? -1, indices), indices };
}

export interface TopkOptions {
  /** The axis to choose along, the last when left out. */
  readonly axis?: number;
  /** Whether to choose the largest, true when left out, or the smallest. */
  readonly largest?: boolean;
}

const topkNames: OptionNames<TopkOptions> = { axis: true, largest: true };

/**
 * The `k` largest elements (or smallest) along an axis, the best first, and their indices; of equal ones
 * the first, and NaN is the largest. Derivative: the gradient, put back, and 0 for the rest.
 * @throws ShapeError when the axis is not there; ValueError unless k is a whole number of 0 to its size
 *
 * @example
 * topk(tensor([3, 1, 2]), 2).indices; // [0, 2]
 */
export function topk(x: Tensor, k: number, options: TopkOptions = {}): Chosen {
  checkOptions('topk', options, topkNames);
  const { axis = -1, largest = true } = options;
  if (x.rank === 0) {
    const { values, indices } = topk(reshape(x, [1]), k, { axis, largest });
    return { values: reshape(values, []), indices: reshape(indices, []) };
  }
  const normal = normalizeAxis('topk', axis, x.rank);
  const size = x.shape[normal] ?? 0;
  if (!Number.isInteger(k) || k < 0 || k > size) {
    throw new ValueError(
      `topk: k is a whole number of 0 to ${size}, the size of axis ${axis} of ` +
        `${formatShape(x.shape)}, not ${k}`,
    );
  }
  const indices = narrow(argsort(x, { axis: normal, descending: largest }), normal, 0, k);
  return { values: gather(x, normal, indices), indices };
}

registerComposed<SortOptions>({
  name: 'sort',
  run: ([x], args) => sort(x, args).values,
  torch:
    'torch.sort(a, dim=args.get("axis", -1), descending=args.get("descending", False), stable=True)[0]',
  samples: [
    { inputs: [[5]], args: {} },
    { inputs: [[2, 3, 4]], args: { axis: 1, descending: true } },
    { inputs: [[]], args: {} },
    { inputs: [[0, 2]], args: { axis: 0 } },
    {
      inputs: [{ shape: [2, 5], values: [1, 0, 1, 0, 1, 2, NaN, -1, NaN, 2] }],
      args: {},
      extreme: true,
    },
    { inputs: [{ shape: [5], dtype: 'i32', low: -3, high: 3 }], args: {} },
  ],
});
registerComposed<TopkOptions & { readonly k: number }>({
  name: 'topk',
  run: ([x], { k, ...options }) => topk(x, k, options).values,
  torch: 'torch.topk(a, args["k"], args.get("axis", -1), args.get("largest", True))[0]',
  samples: [
    { inputs: [[5]], args: { k: 2 } },
    { inputs: [[2, 4, 3]], args: { k: 3, axis: 1, largest: false } },
    { inputs: [[2, 3]], args: { k: 0 } },
    { inputs: [{ shape: [5], values: [1, NaN, 2, -Infinity, 7] }], args: { k: 3 }, extreme: true },
  ],
});
