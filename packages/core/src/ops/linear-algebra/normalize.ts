import { ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import type { Tensor } from '../../tensor.js';
import { clamp } from '../elementwise/clamp.js';
import { div } from '../elementwise/div.js';
import { norm } from '../reductions/norm.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface NormalizeOptions {
  /** The order of the norm; 2 when left out. */
  readonly p?: number;
  /** The axis or axes that the vectors lie along; 1 when left out. */
  readonly axis?: number | readonly number[];
  /** The least that is divided by; 1e-12 when left out. */
  readonly eps?: number;
}

const normalizeNames: OptionNames<NormalizeOptions> = { p: true, axis: true, eps: true };

/** @throws ValueError for a bound of a divisor that is negative or NaN */
export function checkEps(op: string, eps: number): void {
  if (!(eps >= 0)) throw new ValueError(`${op}: eps is a number of zero or more, not ${eps}`);
}

/**
 * Vectors scaled to norm 1: `y = x / max(||x||_p, eps)` along an axis. This is PyTorch's
 * `nn.functional.normalize`. Derivative: that of the quotient.
 * @throws ShapeError when the axis is not there; DTypeError for whole numbers; ValueError for a
 *   negative eps
 *
 * @example
 * normalize(tensor([[3, 4]])); // [[0.6, 0.8]]
 */
export function normalize(x: Tensor, options: NormalizeOptions = {}): Tensor {
  checkOptions('normalize', options, normalizeNames);
  const { p = 2, axis = 1, eps = 1e-12 } = options;
  requireFloat('normalize', x);
  checkEps('normalize', eps);
  return div(x, clamp(norm(x, { p, axis, keepdim: true }), eps));
}

registerComposed<NormalizeOptions>({
  name: 'normalize',
  run: ([x], options) => normalize(x, options),
  torch: "F.normalize(a, args.get('p', 2), args.get('axis', 1), args.get('eps', 1e-12))",
  samples: [
    { inputs: [[2, 3]], args: {} },
    { inputs: [[3, 2, 2]], args: { p: 1, axis: -1 } },
    { inputs: [[2, 3]], args: { p: 3, axis: 0 } },
    { inputs: [[2, 3]], args: { eps: 10 } },
    { inputs: [[0, 3]], args: {} },
    { inputs: [{ shape: [2, 2], values: [0, 0, 0, 2] }], args: {}, extreme: true },
  ],
});
