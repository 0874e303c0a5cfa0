import { ValueError } from '../../errors.js';
import { div } from '../elementwise/div.js';
import { mean } from '../reductions/mean.js';
import { sum } from '../reductions/sum.js';
import type { Tensor } from '../../tensor.js';
import type { OptionNames } from '../../options.js';

/** What a loss does with its values: leave them, or take their mean or sum. */
export type Reduction = 'none' | 'mean' | 'sum';

export interface LossOptions {
  /** `mean` when left out. */
  readonly reduction?: Reduction;
}

export const lossNames: OptionNames<LossOptions> = { reduction: true };

/**
 * The mean is over all losses, or their sum over `total`, where they do not all count the same.
 * @throws ValueError for another word than `none`, `mean` and `sum`
 */
export function reduceLoss(
  op: string,
  losses: Tensor,
  { reduction = 'mean' }: LossOptions,
  total?: number,
): Tensor {
  switch (reduction) {
    case 'none':
      return losses;
    case 'mean':
      return total === undefined ? mean(losses) : div(sum(losses), total);
    case 'sum':
      return sum(losses);
    default:
      throw new ValueError(
        `${op}: reduction is 'none', 'mean' or 'sum', not '${String(reduction satisfies never)}'`,
      );
  }
}
