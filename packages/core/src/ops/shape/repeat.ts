import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireList } from '../../require-list.js';
import { checkShape, formatShape, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { expand } from './expand.js';
import { reshape } from './reshape.js';

/**
 * The tensor as a whole, so many times along each axis: `[s0, s1]` becomes `[n0 s0, n1 s1]`. More
 * numbers than axes make new axes in front. Derivative: the gradient summed over the repetitions.
 * @throws ShapeError for fewer numbers than axes, or one that is not whole or negative
 *
 * @example
 * repeat(tensor([1, 2]), [2, 2]); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export function repeat(x: Tensor, repeats: readonly number[]): Tensor {
  requireList('repeat', 'numbers of copies', repeats, '[2, 3]');
  checkShape('repeat', repeats);
  if (repeats.length < x.rank) {
    throw new ShapeError(
      `repeat: [${repeats.join(', ')}] has no number for each axis of ${formatShape(x.shape)}; ` +
        'tile() repeats the last axes',
    );
  }
  const sizes: Shape = [...new Array<number>(repeats.length - x.rank).fill(1), ...x.shape];
  const apart = sizes.flatMap((size) => [1, size]);
  const repeated = sizes.flatMap((size, axis) => [repeats[axis] ?? 1, size]);
  return reshape(
    expand(reshape(x, apart), repeated),
    sizes.map((size, axis) => size * (repeats[axis] ?? 1)),
  );
}

/**
 * As `repeat`, but the numbers belong to the last axes: fewer numbers than axes leave the first ones
 * as they are.
 * @throws ShapeError for a number that is not whole or negative
 *
 * @example
 * tile(zeros([2, 3]), [2]).shape; // [2, 6]
 */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  requireList('tile', 'numbers of copies', repeats, '[2, 3]');
  checkShape('tile', repeats);
  return repeat(x, [
    ...new Array<number>(Math.max(0, x.rank - repeats.length)).fill(1),
    ...repeats,
  ]);
}

interface RepeatArgs {
  readonly repeats: readonly number[];
}

registerComposed<RepeatArgs>({
  name: 'repeat',
  run: ([x], { repeats }) => repeat(x, repeats),
  torch: "a.repeat(args['repeats'])",
  samples: [
    { inputs: [[3]], args: { repeats: [2] } },
    { inputs: [[2, 3]], args: { repeats: [2, 1, 3] } },
    { inputs: [[]], args: { repeats: [3] } },
    { inputs: [[]], args: { repeats: [] } },
    { inputs: [[2, 3]], args: { repeats: [0, 2] } },
    { inputs: [[0, 2]], args: { repeats: [3, 2] } },
    { inputs: [{ shape: [3], dtype: 'bool', low: 0, high: 1 }], args: { repeats: [2, 2] } },
  ],
});

registerComposed<RepeatArgs>({
  name: 'tile',
  run: ([x], { repeats }) => tile(x, repeats),
  torch: "torch.tile(a, args['repeats'])",
  samples: [
    { inputs: [[2, 3]], args: { repeats: [2] } },
    { inputs: [[3]], args: { repeats: [2, 2] } },
    { inputs: [[]], args: { repeats: [2] } },
    { inputs: [[2, 0]], args: { repeats: [2, 2] } },
  ],
});
