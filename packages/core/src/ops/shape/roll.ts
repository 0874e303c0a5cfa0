import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { cat } from './cat.js';
import { reshape } from './reshape.js';
import { narrow } from './slice.js';

/**
 * The elements moved along axes by so many places, those that leave at one end entering at the other;
 * without axes in the order of memory, over all rows. A negative shift moves towards the front.
 * Derivative: the gradient, moved back.
 * @throws ShapeError when an axis is not there, or there are not as many axes as shifts; ValueError
 *   for a shift that is not whole
 *
 * @example
 * roll(arange(0, 5), 2); // [3, 4, 0, 1, 2]
 * roll(zeros([4, 6]), [1, -2], [0, 1]).shape; // [4, 6]
 */
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  axes?: number | readonly number[],
): Tensor {
  const steps = typeof shifts === 'number' ? [shifts] : shifts;
  if (!steps.every(Number.isInteger)) {
    throw new ValueError(`roll: shifts are whole numbers, not [${steps.join(', ')}]`);
  }
  if (axes === undefined) {
    if (steps.length !== 1) {
      throw new ShapeError(
        `roll: ${steps.length} shifts without axes; give one shift, or an axis for each`,
      );
    }
    return reshape(rollAxis(reshape(x, [x.size]), steps[0] ?? 0, 0), x.shape);
  }
  const along = typeof axes === 'number' ? [axes] : axes;
  if (along.length !== steps.length) {
    throw new ShapeError(
      `roll: ${steps.length} shifts and ${along.length} axes; give as many of one as of the other`,
    );
  }
  return steps.reduce(
    (rolled, step, i) => rollAxis(rolled, step, normalizeAxis('roll', along[i] ?? 0, x.rank)),
    x,
  );
}

function rollAxis(x: Tensor, step: number, axis: number): Tensor {
  const size = x.shape[axis] ?? 1;
  if (size === 0 || step % size === 0) return x;
  const entering = ((step % size) + size) % size;
  const rest = size - entering;
  return cat([narrow(x, axis, rest, entering), narrow(x, axis, 0, rest)], axis);
}

interface RollArgs {
  readonly shifts: number | readonly number[];
  readonly axes?: number | readonly number[];
}

registerComposed<RollArgs>({
  name: 'roll',
  run: ([x], { shifts, axes }) => roll(x, shifts, axes),
  torch: "torch.roll(a, args['shifts'], args.get('axes'))",
  samples: [
    { inputs: [[5]], args: { shifts: 2 } },
    { inputs: [[3, 4]], args: { shifts: -5 } },
    { inputs: [[3, 4]], args: { shifts: 1, axes: -1 } },
    { inputs: [[2, 3, 3]], args: { shifts: [1, -2], axes: [0, 2] } },
    { inputs: [[]], args: { shifts: 3 } },
    { inputs: [[0, 2]], args: { shifts: 1, axes: 0 } },
    { inputs: [{ shape: [4], dtype: 'i32', low: -5, high: 5 }], args: { shifts: 1, axes: 0 } },
  ],
});
