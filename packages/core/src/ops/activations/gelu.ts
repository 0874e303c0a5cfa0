import { extremes } from '../../shared-samples.js';
import { ValueError } from '../../errors.js';
import { defineKernelActivation } from './kernel-activation.js';
import { registerComposed } from '../../op.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { exp } from '../elementwise/exp.js';
import { mul } from '../elementwise/mul.js';
import { sigmoid } from './sigmoid.js';
import { square } from '../elementwise/square.js';
import { sub } from '../elementwise/sub.js';
import { checkOptions, type OptionNames } from '../../options.js';

const samples = [
  { inputs: [[3, 5]] },
  { inputs: [[]] },
  { inputs: [[0]] },
  { inputs: [{ shape: [4], low: -6, high: 6 }] },
  extremes,
];

const exact = defineKernelActivation<undefined>({
  name: 'geluErf',
  kernel: 'gelu',
  numbers: () => [],
  // phi(x) (2 - x^2), phi being the standard normal density
  curvature: (x) => {
    const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return mul(density, sub(2, square(x)));
  },
  torch: 'F.gelu(a)',
  samples,
});

const linear = 2 * Math.sqrt(2 / Math.PI);
const cubic = linear * 0.044715;

const byTanh = defineKernelActivation<undefined>({
  name: 'geluTanh',
  numbers: () => [],
  // x s(u) twice differentiated, u = linear x + cubic x^3
  curvature: (x) => {
    const s = sigmoid(mul(x, add(mul(square(x), cubic), linear)));
    const first = mul(s, sub(1, s));
    const second = mul(first, sub(1, mul(s, 2)));
    const slope = add(mul(square(x), 3 * cubic), linear);
    const bend = mul(x, 6 * cubic);
    const inner = add(mul(second, square(slope)), mul(first, bend));
    return add(mul(mul(first, slope), 2), mul(x, inner));
  },
  torch: "F.gelu(a, approximate='tanh')",
  samples,
});

export interface GeluOptions {
  /** `none` for the error function, which is what it is when left out; `tanh` for the older form. */
  readonly approximate?: 'none' | 'tanh';
}

const geluNames: OptionNames<GeluOptions> = { approximate: true };

/**
 * `y = x Phi(x) = x (1 + erf(x / sqrt 2)) / 2`, Phi being the standard normal distribution (Hendrycks and
 * Gimpel 2016); with `tanh`, `y = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`. Derivative:
 * `Phi(x) + x phi(x)`, phi being the density; that of the tanh form likewise.
 * @throws ValueError for another name of a form
 *
 * @example
 * gelu(tensor([-1, 0, 1])); // [-0.1587, 0, 0.8413]
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  checkOptions('gelu', options, geluNames);
  const { approximate = 'none' } = options;
  switch (approximate) {
    case 'none':
      return exact(x, undefined);
    case 'tanh':
      return byTanh(x, undefined);
    default:
      throw new ValueError(
        `gelu: approximate is none or tanh, not ${JSON.stringify(approximate satisfies never)}`,
      );
  }
}

registerComposed<GeluOptions>({
  name: 'gelu',
  run: ([x], options) => gelu(x, options),
  torch: 'F.gelu(a, **args)',
  samples: [
    { inputs: [[2, 3]], args: {} },
    { inputs: [[2, 3]], args: { approximate: 'tanh' } },
  ],
});
