import { ValueError } from './errors.js';
import { mean } from './ops/mean.js';
import { sum } from './ops/sum.js';
import type { Tensor } from './tensor.js';

/** What a loss does with its values: leave them, or take their mean or sum. */
export type Reduction = 'none' | 'mean' | 'sum';

export interface LossOptions {
  /** `mean` when left out. */
  readonly reduction?: Reduction;
}

/** @throws ValueError for another word than `none`, `mean` and `sum` */
export function reduceLoss(
  op: string,
  losses: Tensor,
  { reduction = 'mean' }: LossOptions,
): Tensor {
  switch (reduction) {
    case 'none':
      return losses;
    case 'mean':
      return mean(losses);
    case 'sum':
      return sum(losses);
    default:
      throw new ValueError(
        `${op}: reduction is 'none', 'mean' or 'sum', not '${String(reduction satisfies never)}'`,
      );
  }
}
