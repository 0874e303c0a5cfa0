import { isFloat } from '../../dtype.js';
import { engine } from '../../engine.js';
import { defineOp, registerComposed } from '../../op.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { mul } from '../elementwise/mul.js';
import { cast } from '../elementwise/to.js';

interface BesselArgs {
  readonly order: number;
}

/**
 * `A_n(pi x)`, where `A_n(u) = j_n(u) / u^n` is a spherical Bessel function without its zero at 0. A_0 is
 * sin(u) / u, and `A_n' = -u A_(n+1)`: all derivatives of sinc are right near 0 and at it, where those
 * written with sines and cosines are all cancellation.
 */
const sphericalBesselOp = defineOp<1, BesselArgs>({
  name: 'sphericalBessel',
  arity: 1,
  forward: ({ inputs: [x], args: { order } }) => {
    const out = emptyTensor(x.shape, x.dtype, 'sphericalBessel');
    engine().kernel('sphericalBessel', x.dtype)(out.address(), x.address(), x.size, order);
    return out;
  },
  derivative: {
    local: [
      ({ inputs: [x], args: { order } }) =>
        mul(mul(x, -(Math.PI ** 2)), sphericalBessel(x, order + 1)),
    ],
  },
  torch:
    "torch.sinc(a) if args['order'] == 0 else (torch.sinc(a) - torch.cos(math.pi * a)) / (math.pi * a) ** 2",
  samples: [
    { inputs: [[3, 5]], args: { order: 0 } },
    { inputs: [{ shape: [5], low: 0.3, high: 4 }], args: { order: 1 } },
    { inputs: [{ shape: [], low: -2, high: -0.5 }], args: { order: 1 } },
    { inputs: [{ shape: [6], low: -3, high: 3 }], args: { order: 2 }, golden: false },
    { inputs: [{ shape: [4], values: [0, 1e-9, -1e-4, 0.01] }], args: { order: 1 }, golden: false },
    { inputs: [[0]], args: { order: 0 } },
  ],
});

function sphericalBessel(x: Tensor, order: number): Tensor {
  return sphericalBesselOp([x], { order });
}

/**
 * `y = sin(pi x) / (pi x)`, and 1 at 0; exactly 0 at the other whole numbers. Derivative:
 * `(cos(pi x) - y) / x`, and 0 at 0.
 *
 * @example
 * sinc(tensor([0, 0.5, 1])); // [1, 0.6366, 0]
 */
export function sinc(x: Tensor): Tensor {
  return sphericalBessel(isFloat(x.dtype) ? x : cast(x, 'f32'), 0);
}

registerComposed({
  name: 'sinc',
  run: ([x]) => sinc(x),
  torch: 'torch.sinc(a)',
  samples: [
    { inputs: [[3, 5]] },
    { inputs: [[]] },
    { inputs: [[0]] },
    { inputs: [{ shape: [6], low: -9, high: 9 }] },
    { inputs: [{ shape: [5], values: [0, -0, 1e-9, 1e-5, -1e-3] }], golden: false },
    { inputs: [{ shape: [6], values: [0, -0, 1, -2, 100.5, NaN] }], extreme: true },
  ],
});
