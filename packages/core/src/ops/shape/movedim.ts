import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape, normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { permute } from './permute.js';

/**
 * Axes moved to other places, the rest keeping their order. Derivative: the gradient, moved back.
 * @throws ShapeError when an axis is not there or named twice, or the two lists differ in length
 *
 * @example
 * movedim(zeros([2, 3, 4]), 0, -1).shape; // [3, 4, 2]
 */
export function movedim(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const from = axesOf(x, source);
  const to = axesOf(x, destination);
  if (from.length !== to.length) {
    throw new ShapeError(
      `movedim: ${from.length} axes to ${to.length} places in ${formatShape(x.shape)}; give as many of each`,
    );
  }
  const rest = x.shape.flatMap((_, axis) => (from.includes(axis) ? [] : [axis])).values();
  const axes = x.shape.map((_, place) =>
    to.includes(place) ? (from[to.indexOf(place)] ?? 0) : (rest.next().value ?? 0),
  );
  return permute(x, axes);
}

function axesOf(x: Tensor, axes: number | readonly number[]): number[] {
  const list = typeof axes === 'number' ? [axes] : axes;
  const normal = list.map((axis) => normalizeAxis('movedim', axis, x.rank));
  if (new Set(normal).size !== normal.length) {
    throw new ShapeError(`movedim: axes [${list.join(', ')}] name one axis twice`);
  }
  return normal;
}

interface MovedimArgs {
  readonly source: number | readonly number[];
  readonly destination: number | readonly number[];
}

registerComposed<MovedimArgs>({
  name: 'movedim',
  run: ([x], { source, destination }) => movedim(x, source, destination),
  torch: "torch.movedim(a, args['source'], args['destination'])",
  samples: [
    { inputs: [[2, 3, 4]], args: { source: 0, destination: -1 } },
    { inputs: [[2, 3, 2, 2]], args: { source: [0, 1], destination: [-1, 0] } },
    { inputs: [[3]], args: { source: 0, destination: 0 } },
    { inputs: [[0, 2]], args: { source: 1, destination: 0 } },
  ],
});
