import { zeros } from '../../create.js';
import { isFloat, promote } from '../../dtype.js';
import { elementIndices, sourceFor, type AxisArgs } from './element-indices.js';
import { DTypeError, ValueError } from '../../errors.js';
import { literal } from '../../literal.js';
import { registerComposed } from '../../op.js';
import { scatterExtremum } from './scatter-extremum.js';
import type { Tensor } from '../../tensor.js';
import { div } from '../elementwise/div.js';
import { expand } from '../shape/expand.js';
import { maximum } from '../elementwise/maximum.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';
import { scatter } from './scatter.js';
import { scatterAdd } from './scatter-add.js';
import { scatterProd } from './scatter-prod.js';
import { cast } from '../elementwise/to.js';
import { checkOptions, type OptionNames } from '../../options.js';

/** How elements that meet at one place are combined. */
export type ScatterReduction = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';

export interface ScatterReduceOptions {
  /** Whether what was at the place before takes part, true when left out. */
  readonly includeSelf?: boolean;
}

const scatterReduceNames: OptionNames<ScatterReduceOptions> = { includeSelf: true };

/** What changes nothing when it is combined. */
function neutral(reduction: ScatterReduction, x: Tensor): number {
  if (reduction === 'prod') return 1;
  if (reduction === 'amax') return isFloat(x.dtype) ? -Infinity : -(2 ** 31);
  if (reduction === 'amin') return isFloat(x.dtype) ? Infinity : 2 ** 31 - 1;
  return 0;
}

/**
 * `x`, with which the source's elements are combined at `[i, index[i, j, k], k]` (here along axis 1), in the
 * order of the indices, by their sum, product, mean, largest or smallest. Indices below 0 count from the
 * back. Derivatives: those of the reduction; the largest of equal magnitude share it.
 * @throws ShapeError unless the indices have the axes of `x` and are nowhere longer, but along the axis,
 *   and nowhere longer than the source; DTypeError for the mean of whole numbers, or unless the indices are
 *   i32 or u8; ValueError when one is outside of the axis
 *
 * @example
 * const at = tensor([0, 0, 1], { dtype: 'i32' });
 * scatterReduce(zeros([2]), 0, at, tensor([1, 3, 5]), 'mean', { includeSelf: false }); // [2, 5]
 */
export function scatterReduce(
  x: Tensor,
  axis: number,
  indices: Tensor,
  source: Tensor,
  reduction: ScatterReduction,
  options: ScatterReduceOptions = {},
): Tensor {
  checkOptions('scatterReduce', options, scatterReduceNames);
  const { includeSelf = true } = options;
  if (x.rank === 0 && indices.rank === 0) {
    const list = (scalar: Tensor) => reshape(scalar, [1]);
    const options = { includeSelf };
    return reshape(
      scatterReduce(list(x), axis, list(indices), list(source), reduction, options),
      [],
    );
  }
  const [normal, places] = elementIndices('scatterReduce', x.shape, axis, indices);
  const widest = promote(x.dtype, source.dtype);
  const dtype = isFloat(widest) ? widest : 'i32';
  const part = cast(sourceFor('scatterReduce', source, places), dtype);
  const own = cast(x, dtype);
  const from = includeSelf ? own : scatter(own, normal, places, neutral(reduction, own));
  switch (reduction) {
    case 'sum':
      return scatterAdd(from, normal, places, part);
    case 'prod':
      return mul(from, scatterProd(part, places, { axis: normal, shape: x.shape }));
    case 'mean':
      return div(scatterAdd(from, normal, places, part), counts(from, normal, places, includeSelf));
    case 'amax':
    case 'amin':
      return scatterExtremum(reduction, from, places, part, normal);
    default:
      throw new ValueError(
        `scatterReduce: the reduction is 'sum', 'prod', 'mean', 'amax' or 'amin', not ` +
          `'${String(reduction satisfies never)}'`,
      );
  }
}

/** How many elements met at each place, at least 1. */
function counts(x: Tensor, axis: number, places: Tensor, includeSelf: boolean): Tensor {
  if (!isFloat(x.dtype)) {
    throw new DTypeError(
      `scatterReduce: the mean of ${x.dtype} is not whole; convert x and source with to('f32')`,
    );
  }
  const ones = expand(literal(1, x.dtype), places.shape);
  const met = scatterAdd(zeros(x.shape, { dtype: x.dtype }), axis, places, ones);
  return includeSelf ? met.add(1) : maximum(met, 1);
}

interface SampleArgs extends AxisArgs, ScatterReduceOptions {
  readonly reduction: ScatterReduction;
}
const list = { shape: [6], dtype: 'i32', values: [1, 0, 1, 3, 1, 0] } as const;

registerComposed<SampleArgs>({
  name: 'scatterReduce',
  run: ([x, indices, source], { axis, reduction, ...options }) =>
    scatterReduce(x, axis, indices, source, reduction, options),
  torch:
    'a.scatter_reduce(args["axis"], b, c, args["reduction"], include_self=args.get("includeSelf", True))',
  samples: [
    ...(['sum', 'prod', 'mean', 'amax', 'amin'] as const).flatMap((reduction) => [
      { inputs: [[4], list, [6]], args: { axis: 0, reduction } },
      { inputs: [[4], list, [6]], args: { axis: 0, reduction, includeSelf: false } },
      {
        inputs: [[2, 3], { shape: [2, 4], dtype: 'i32' as const, low: 0, high: 2 }, [2, 4]],
        args: { axis: -1, reduction },
      },
    ]),
    // What PyTorch 1.13 says of several zeros in one product is not the derivative.
    {
      inputs: [
        { shape: [4], values: [2, -1, 3, 0] },
        list,
        { shape: [6], values: [0, 0, 0, 2, 3, 4] },
      ],
      args: { axis: 0, reduction: 'prod' },
      golden: false,
    },
    ...(['amax', 'amin'] as const).map((reduction) => ({
      inputs: [
        { shape: [4], values: [2, 1, 3, 0] },
        list,
        { shape: [6], values: [1, 0, 1, 0, 1, 2] },
      ],
      args: { axis: 0, reduction },
      extreme: true as const,
    })),
  ],
});
