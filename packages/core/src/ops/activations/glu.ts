import { ShapeError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape, normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { mul } from '../elementwise/mul.js';
import { sigmoid } from './sigmoid.js';
import { narrow } from '../shape/slice.js';

/**
 * `y = a sigmoid(b)`, a and b being the halves of x along an axis, the last when left out: a gated linear
 * unit (Dauphin et al. 2016). [.., 2n, ..] becomes [.., n, ..]. Derivatives: sigmoid(b) and
 * `a sigmoid(b) (1 - sigmoid(b))`.
 * @throws ShapeError when the axis is not there or its length is odd
 *
 * @example
 * glu(tensor([1, 2, 0, 100])); // [0.5, 2]
 */
export function glu(x: Tensor, axis = -1): Tensor {
  const normal = normalizeAxis('glu', axis, x.rank);
  const length = x.shape[normal] ?? 1;
  if (length % 2 !== 0 || x.rank === 0) {
    throw new ShapeError(
      `glu: axis ${axis} of ${formatShape(x.shape)} does not fall into two halves; its length must be even`,
    );
  }
  const half = length / 2;
  return mul(narrow(x, normal, 0, half), sigmoid(narrow(x, normal, half, half)));
}

registerComposed<{ readonly axis?: number }>({
  name: 'glu',
  run: ([x], { axis }) => glu(x, axis),
  torch: "F.glu(a, args.get('axis', -1))",
  samples: [
    { inputs: [[3, 4]], args: {} },
    { inputs: [[4, 3]], args: { axis: 0 } },
    { inputs: [[2, 2, 3]], args: { axis: -2 } },
    { inputs: [[0, 2]], args: {} },
  ],
});
