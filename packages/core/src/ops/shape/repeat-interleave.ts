import { tensor } from '../../create.js';
import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape, normalizeAxis } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import { expand } from './expand.js';
import { indexSelect } from '../indexing/index-select.js';
import { reshape } from './reshape.js';

/**
 * Each element so many times in a row, along an axis; without one, of the tensor as a single row. The
 * number is the same for all, or a list has one for each place on the axis. Derivative: the gradient
 * summed over the repetitions of each element.
 * @throws ShapeError when the axis is not there or the list is not as long as it; ValueError for a
 *   number that is not whole or negative
 *
 * @example
 * repeatInterleave(tensor([1, 2]), 2); // [1, 1, 2, 2]
 * repeatInterleave(tensor([[1], [2]]), [1, 2], 0); // [[1], [2], [2]]
 */
export function repeatInterleave(
  x: Tensor,
  repeats: number | readonly number[] | Tensor,
  axis?: number,
): Tensor {
  if (axis === undefined) return repeatInterleave(reshape(x, [x.size]), repeats, 0);
  const normal = normalizeAxis('repeatInterleave', axis, x.rank);
  const size = x.shape[normal] ?? 1;
  if (typeof repeats === 'number') {
    checkCounts([repeats]);
    const before = x.shape.slice(0, normal);
    const after = x.shape.slice(normal + 1);
    const column = reshape(x, [...before, size, 1, ...after]);
    const repeated = expand(column, [...before, size, repeats, ...after]);
    return reshape(repeated, [...before, size * repeats, ...after]);
  }
  const counts = repeats instanceof Tensor ? [...repeats.view()] : repeats;
  checkCounts(counts);
  if (counts.length !== size || (repeats instanceof Tensor && repeats.rank !== 1)) {
    throw new ShapeError(
      `repeatInterleave: ${counts.length} numbers for the ${size} places along axis ${axis} of ` +
        `${formatShape(x.shape)}; give a list of one for each, or a single number`,
    );
  }
  const places = counts.flatMap((count, place) => new Array<number>(count).fill(place));
  return indexSelect(x, tensor(Int32Array.from(places)), normal);
}

function checkCounts(counts: readonly number[]): void {
  const wrong = counts.find((count) => !Number.isInteger(count) || count < 0);
  if (wrong !== undefined) {
    throw new ValueError(
      `repeatInterleave: an element is repeated a whole number of times, zero or more, not ${wrong}`,
    );
  }
}

interface RepeatInterleaveArgs {
  readonly repeats: number | readonly number[];
  readonly axis?: number;
}

registerComposed<RepeatInterleaveArgs>({
  name: 'repeatInterleave',
  run: ([x], { repeats, axis }) => repeatInterleave(x, repeats, axis),
  torch:
    "torch.repeat_interleave(a, args['repeats'] if isinstance(args['repeats'], int) " +
    "else torch.tensor(args['repeats'], dtype=torch.int64), dim=args.get('axis'))",
  samples: [
    { inputs: [[2, 3]], args: { repeats: 2 } },
    { inputs: [[2, 3]], args: { repeats: 3, axis: -1 } },
    { inputs: [[3, 2]], args: { repeats: [2, 0, 1], axis: 0 } },
    { inputs: [[2, 3]], args: { repeats: [1, 3, 0], axis: 1 } },
    { inputs: [[]], args: { repeats: 2 } },
    { inputs: [[3]], args: { repeats: 0 } },
    { inputs: [[0]], args: { repeats: [], axis: 0 } },
    { inputs: [{ shape: [3], dtype: 'i32', low: -5, high: 5 }], args: { repeats: [1, 2, 1] } },
  ],
});
