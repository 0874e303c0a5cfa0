import { checkOptions, engine, ValueError } from '@dltrain/core';
import { checkHyperparameter, Optimizer, trainablesOf, type Trainable } from './optimizer.js';
import type { UpdateRule } from './update-rule.js';

export interface SGDRuleOptions {
  /** Share of the last step that goes into the next; 0 by default. */
  readonly momentum?: number;
  /** Look ahead along the momentum; needs `momentum`. */
  readonly nesterov?: boolean;
  /** Times the weight, added to the gradient; 0 by default. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent, as in PyTorch (dampening 0):
 *
 *     g <- g + weightDecay w;  m <- momentum m + g;  w <- w - lr m
 *
 * With Nesterov's momentum `w <- w - lr (g + momentum m)`; without momentum `w <- w - lr g`.
 *
 * @throws ValueError when a number is out of range, or Nesterov is asked for without momentum
 */
export function sgdRule(options: SGDRuleOptions = {}): UpdateRule {
  const { momentum = 0, nesterov = false, weightDecay = 0 } = options;
  checkHyperparameter('sgd', 'momentum', momentum, momentum >= 0 && momentum < 1, 'in [0, 1)');
  checkHyperparameter('sgd', 'weightDecay', weightDecay, weightDecay >= 0, 'zero or more');
  checkHyperparameter('sgd', 'nesterov', nesterov, !nesterov || momentum > 0, 'with a momentum');
  return {
    stateNames: momentum === 0 ? [] : ['momentum'],
    update: ({ dtype, count, parameter, gradient, states, gradientScale, learningRate }) => {
      engine().kernel('sgd', dtype)(
        parameter.to,
        parameter.from,
        gradient,
        states[0]?.to ?? 0,
        states[0]?.from ?? 0,
        count,
        learningRate,
        momentum,
        weightDecay,
        nesterov ? 1 : 0,
        gradientScale,
      );
    },
  };
}

export interface SGDOptions extends SGDRuleOptions {
  readonly lr: number;
}

/**
 * Stochastic gradient descent with momentum; see {@link sgdRule} for the equation.
 *
 * @example
 * const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
 * optimizer.zeroGrad();
 * crossEntropy(model.forward(x), y).backward();
 * optimizer.step();
 */
export class SGD extends Optimizer {
  constructor(parameters: Iterable<Trainable>, options: SGDOptions) {
    const tensors = trainablesOf('SGD', parameters);
    const given = (options as Partial<SGDOptions> | undefined) ?? {};
    const { lr, ...rule } = checkOptions('SGD', given, {
      lr: 'number',
      momentum: 'number',
      nesterov: 'boolean',
      weightDecay: 'number',
    });
    if (lr === undefined) {
      throw new ValueError(
        'SGD needs a learning rate, as in new SGD(model.parameters(), { lr: 0.1 })',
      );
    }
    super(tensors, lr, sgdRule(rule));
  }
}
