import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { expand } from './expand.js';
import { reshape } from './reshape.js';
import { stack } from './stack.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface MeshgridOptions {
  /** `ij` when left out: matrix indexing; `xy`: Cartesian indexing, the first two axes exchanged. */
  readonly indexing?: 'ij' | 'xy';
}

const meshgridNames: OptionNames<MeshgridOptions> = { indexing: true };

/**
 * The coordinates of a grid over the given ones of each axis: one tensor an axis, all of the grid's
 * shape, `y_k[i_0, i_1, ...] = x_k[i_k]`. With indexing `xy` the first axis of the grid follows the
 * second list, as in pictures. Derivative: the gradient summed over the other axes.
 * @throws ShapeError when one is not a list or a number; ValueError for another indexing
 *
 * @example
 * const [y, x] = meshgrid([arange(0, 3), arange(0, 4)]); // both [3, 4]
 */
export function meshgrid(tensors: readonly Tensor[], options: MeshgridOptions = {}): Tensor[] {
  checkOptions('meshgrid', options, meshgridNames);
  const { indexing = 'ij' } = options;
  if (!['ij', 'xy'].includes(indexing)) {
    throw new ValueError(`meshgrid: indexing is 'ij' or 'xy', not '${indexing}'`);
  }
  const wrong = tensors.find(({ rank }) => rank > 1);
  if (wrong !== undefined) {
    throw new ShapeError(
      `meshgrid: the coordinates of an axis are one list, not of shape ${formatShape(wrong.shape)}`,
    );
  }
  const swapped = indexing === 'xy' && tensors.length > 1;
  const axisOf = (i: number) => (swapped && i < 2 ? 1 - i : i);
  const shape = tensors.map((_, axis) => tensors[axisOf(axis)]?.size ?? 1);
  return tensors.map((x, i) => {
    const alone = shape.map((size, axis) => (axis === axisOf(i) ? size : 1));
    return expand(reshape(x, alone), shape);
  });
}

registerComposed<MeshgridOptions>({
  name: 'meshgrid',
  run: (inputs, options) => stack(meshgrid(inputs, options)),
  torch: "torch.stack(torch.meshgrid(*x, indexing=args.get('indexing', 'ij')))",
  samples: [
    { inputs: [[3], [2]], args: {} },
    { inputs: [[3], [2], [2]], args: { indexing: 'xy' } },
    { inputs: [[2], []], args: { indexing: 'xy' } },
    { inputs: [[3]], args: { indexing: 'xy' } },
    { inputs: [[2], [0]], args: {} },
  ],
});
