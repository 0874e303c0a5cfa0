import { linspace } from './create.js';
import type { FloatDType } from './dtype.js';
import { noGrad } from './autodiff/no-grad.js';
import { ValueError } from './errors.js';
import { pow } from './ops/elementwise/pow.js';
import { cast } from './ops/elementwise/to.js';
import type { Tensor } from './tensor.js';
import { checkOptions, type OptionNames } from './options.js';

export interface LogspaceOptions {
  /** What is raised to the powers; 10 when left out. */
  readonly base?: number;
  readonly dtype?: FloatDType;
}

const logspaceNames: OptionNames<LogspaceOptions> = { base: true, dtype: true };

/**
 * `count` numbers from `base^start` to `base^end`, both included, each the same multiple of the one
 * before.
 * @throws ValueError for a count that is not whole or negative, or a base that is not above zero
 *
 * @example
 * logspace(-2, 1, 4); // [0.01, 0.1, 1, 10]
 */
export function logspace(
  start: number,
  end: number,
  count: number,
  options: LogspaceOptions = {},
): Tensor {
  checkOptions('logspace', options, logspaceNames);
  const { base = 10, dtype = 'f32' } = options;
  if (!(base > 0)) throw new ValueError(`logspace: the base is a number above zero, not ${base}`);
  if (!Number.isInteger(count) || count < 0) {
    throw new ValueError(
      `logspace: the count must be a whole number of zero or more, not ${count}`,
    );
  }
  return noGrad(() => cast(pow(base, linspace(start, end, count, { dtype: 'f64' })), dtype));
}
