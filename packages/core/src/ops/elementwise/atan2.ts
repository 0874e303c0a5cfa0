import { defineBinary, type Operand } from '../../elementwise.js';
import { extremePairs } from '../../shared-samples.js';
import type { Tensor } from '../../tensor.js';
import { add } from './add.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { reciprocal } from './reciprocal.js';
import { square } from './square.js';

/** 1 / (y^2 + x^2) */
function inverseSquare(y: Tensor, x: Tensor): Tensor {
  return reciprocal(add(square(y), square(x)));
}

const atan2Op = defineBinary({
  name: 'atan2',
  domain: 'float',
  derivative: {
    local: [
      ({ inputs: [y, x] }) => mul(x, inverseSquare(y, x)),
      ({ inputs: [y, x] }) => mul(neg(y), inverseSquare(y, x)),
    ],
  },
  torch: 'torch.atan2(a, b)',
  samples: [
    { inputs: [{ shape: [2, 3], low: 0.2, high: 2 }, [2, 3]] },
    { inputs: [{ shape: [2, 1, 3], low: -2, high: -0.2 }, [4, 1]] },
    { inputs: [[], { shape: [3], low: 0.5, high: 2 }] },
    { inputs: [[0, 3], [3]] },
    {
      inputs: [
        { shape: [8], values: [0, -0, 0, -0, Infinity, Infinity, -1, 2] },
        { shape: [8], values: [1, 1, -1, -1, Infinity, -Infinity, 0, -0] },
      ],
      extreme: true,
    },
    extremePairs,
  ],
});

/**
 * The angle of the point (x, y), from -pi to pi, with broadcasting; whole numbers become f32.
 * Derivatives: `x / (x^2 + y^2)` by y and `-y / (x^2 + y^2)` by x.
 *
 * @example
 * atan2(tensor([1, 0]), tensor([1, -1])); // [0.7854, 3.1416]
 */
export function atan2(y: Operand, x: Operand): Tensor {
  return atan2Op(y, x);
}
