import { checkOptions, poissonNll, type PoissonNllOptions, type Tensor } from '@dltrain/core';
import { targetsLike } from '../targets.js';
import { elementwiseLoss } from './elementwise-loss.js';
import { lossType } from './loss.js';

export const poissonNllLoss = lossType({
  doc: 'Negative log-likelihood of counts under Poisson distributions.',
  parameters: {
    logInput: {
      kind: 'boolean',
      default: true,
      doc: 'Whether outputs are logarithms of rates, or the rates.',
    },
    full: {
      kind: 'boolean',
      default: false,
      doc: "Whether the logarithm of the count's factorial is added.",
    },
  },
  build: (args) =>
    elementwiseLoss('poisson_nll', (output, target, options) =>
      poissonNll(output, target, { ...options, logInput: args.logInput, full: args.full }),
    ),
});

/**
 * The mean negative log-likelihood of counts under Poisson distributions, over all elements.
 *
 * @example
 * const loss = new PoissonNLLLoss().forward(model.forward(x), counts);
 */
export class PoissonNLLLoss {
  /** @param options `reduction` is `mean` when left out */
  constructor(private readonly options: PoissonNllOptions = {}) {
    checkOptions('PoissonNLLLoss', options, {
      logInput: 'boolean',
      full: 'boolean',
      eps: 'number',
      reduction: true,
    });
  }

  forward(output: Tensor, target: Tensor): Tensor {
    return poissonNll(output, targetsLike('PoissonNLLLoss', output, target), this.options);
  }
}
