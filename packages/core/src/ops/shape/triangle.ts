import { arange } from '../../create.js';
import { ShapeError, ValueError } from '../../errors.js';
import { literal } from '../../literal.js';
import { defineOp } from '../../op.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { ge, le } from '../elementwise/compare.js';
import { reshape } from './reshape.js';
import { where } from '../elementwise/where.js';

interface TriangleArgs {
  /** The diagonal at which the triangle ends: 0 is the main one, above it they are positive. */
  readonly diagonal: number;
}

/** Defines the matrices with zeros on one side of a diagonal. */
function defineTriangle(
  name: 'triu' | 'tril',
  kept: (column: Tensor, end: Tensor) => Tensor,
): (x: Tensor, diagonal: number) => Tensor {
  const run = defineOp<1, TriangleArgs>({
    name,
    arity: 1,
    forward: ({ inputs: [x], args: { diagonal } }) => {
      const [rows = 1, columns = 1] = x.shape.slice(-2);
      const end = reshape(arange(diagonal, diagonal + rows), [rows, 1]);
      return where(kept(arange(0, columns), end), x, literal(0, x.dtype));
    },
    derivative: { transpose: [(gradient, { args }): Tensor => run([gradient], args)] },
    torch: `torch.${name}(a, args['diagonal'])`,
    samples: [
      { inputs: [[3, 4]], args: { diagonal: 0 } },
      { inputs: [[4, 3]], args: { diagonal: -1 } },
      { inputs: [[2, 2, 3]], args: { diagonal: 1 } },
      { inputs: [[2, 2]], args: { diagonal: 5 } },
      { inputs: [[2, 2]], args: { diagonal: -5 } },
      { inputs: [[0, 3]], args: { diagonal: 0 } },
      { inputs: [{ shape: [3, 3], dtype: 'i32', low: 1, high: 9 }], args: { diagonal: 0 } },
      {
        inputs: [{ shape: [2, 2], values: [NaN, Infinity, -Infinity, NaN] }],
        args: { diagonal: 0 },
        extreme: true,
      },
    ],
  });
  return (x, diagonal) => {
    if (x.rank < 2) {
      throw new ShapeError(`${name}: ${formatShape(x.shape)} is no matrix; reshape it to two axes`);
    }
    if (!Number.isInteger(diagonal)) {
      throw new ValueError(`${name}: the diagonal is a whole number, not ${diagonal}`);
    }
    return run([x], { diagonal });
  };
}

const triuOp = defineTriangle('triu', ge);
const trilOp = defineTriangle('tril', le);

/**
 * The upper triangle of each matrix: zeros below a diagonal, by default the main one. Derivative: the
 * gradient's upper triangle.
 * @throws ShapeError when there are less than two axes; ValueError unless the diagonal is whole
 *
 * @example
 * triu(ones([2, 3]), 1); // [[0, 1, 1], [0, 0, 1]]
 */
export function triu(x: Tensor, diagonal = 0): Tensor {
  return triuOp(x, diagonal);
}

/**
 * The lower triangle of each matrix: zeros above a diagonal, by default the main one. Derivative: the
 * gradient's lower triangle.
 * @throws ShapeError when there are less than two axes; ValueError unless the diagonal is whole
 *
 * @example
 * tril(ones([2, 2])); // [[1, 0], [1, 1]]
 */
export function tril(x: Tensor, diagonal = 0): Tensor {
  return trilOp(x, diagonal);
}
