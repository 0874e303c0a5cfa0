import { ShapeError } from '../../errors.js';
import { defineOp } from '../../op.js';
import { requireList } from '../../require-list.js';
import { elementCount, formatShape, type Shape } from '../../shape.js';
import { Tensor } from '../../tensor.js';

interface ReshapeArgs {
  readonly shape: Shape;
}

const reshapeOp = defineOp<1, ReshapeArgs>({
  name: 'reshape',
  arity: 1,
  lazy: true,
  forward: ({ inputs: [x], args: { shape } }) =>
    new Tensor(shape, x.dtype, x.storage, x.byteOffset),
  derivative: { transpose: [(gradient, { inputs: [x] }) => reshape(gradient, x.shape)] },
  torch: "a.reshape(args['shape'])",
  samples: [
    { inputs: [[2, 6]], args: { shape: [3, 4] } },
    { inputs: [[1]], args: { shape: [] } },
    { inputs: [[0, 2]], args: { shape: [5, 0] } },
  ],
});

/**
 * The same elements in another shape, without copying. One size may be -1: it follows from the
 * others. Derivative: the gradient in the old shape.
 * @throws ShapeError when the counts differ, or a size of -1 does not follow from the others
 *
 * @example
 * reshape(arange(6), [2, -1]); // [[0, 1, 2], [3, 4, 5]]
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return reshapeOp([x], { shape: inferSize(x, shape) });
}

function inferSize(x: Tensor, shape: Shape): Shape {
  requireList('reshape', 'sizes', shape, '[2, 3]');
  const open = shape.indexOf(-1);
  const known = elementCount(shape.filter((size) => size !== -1));
  // Beside a size of 0 any other would do: NaN is none.
  const inferred = x.size / known;
  const full = open < 0 ? shape : shape.map((size, i) => (i === open ? inferred : size));
  if (elementCount(full) !== x.size || full.some((size) => size < 0 || !Number.isInteger(size))) {
    throw new ShapeError(
      `reshape: ${x.size} elements of shape ${formatShape(x.shape)} do not fill ${formatShape(shape)}; ` +
        'one size may be -1, beside sizes that divide the count',
    );
  }
  return full;
}
