import { extremePairs } from '../../shared-samples.js';
import { neg } from './neg.js';
import { reciprocal } from './reciprocal.js';
import { defineBinary, type Operand } from '../../elementwise.js';
import type { Tensor } from '../../tensor.js';

const divOp = defineBinary({
  name: 'div',
  domain: 'float',
  derivative: {
    local: [
      ({ inputs: [, b] }) => reciprocal(b),
      ({ inputs: [, b], output }) => neg(div(output, b)),
    ],
    fused: [(gradient, { inputs: [, b] }) => div(gradient, b), undefined],
  },
  torch: 'a / b',
  samples: [
    { inputs: [[2, 3], { shape: [2, 3], low: 0.5, high: 2 }] },
    { inputs: [[2, 1, 3], { shape: [4, 1], low: -2, high: -0.5 }] },
    { inputs: [[], { shape: [3], low: 0.5, high: 2 }] },
    { inputs: [[0, 3], { shape: [3], low: 1, high: 2 }] },
    { inputs: [[2, 3, 1, 2], { shape: [1, 3, 2, 1], low: 0.5, high: 2 }] },
    extremePairs,
  ],
});

/** `y = a / b`, with broadcasting; whole numbers become f32. Derivatives: 1 / b and -y / b. */
export function div(a: Operand, b: Operand): Tensor {
  return divOp(a, b);
}
