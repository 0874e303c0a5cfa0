import { checkOptions, engine, type OptionNames } from '@dltrain/core';
import { checkHyperparameter, Optimizer, trainablesOf, type Trainable } from './optimizer.js';
import { power } from './power.js';
import type { UpdateRule } from './update-rule.js';

export interface AdamRuleOptions {
  /** Decay of the running mean of gradients; 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the running mean of squared gradients; 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the latter, against division by zero; 1e-8 by default. */
  readonly eps?: number;
  /** 0 by default, for AdamW 0.01. */
  readonly weightDecay?: number;
}

/**
 * Adam, as in PyTorch:
 *
 *     g <- g + weightDecay w
 *     m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2
 *     w <- w - lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
 *
 * @throws ValueError when a number is out of range
 */
export function adamRule(options: AdamRuleOptions = {}): UpdateRule {
  return ruleOf('adam', { weightDecay: 0, ...options }, false);
}

/**
 * Adam with decoupled weight decay, as in PyTorch: `w <- w - lr weightDecay w` in place of the term
 * in the gradient, and the rest as {@link adamRule}.
 *
 * @throws ValueError when a number is out of range
 */
export function adamwRule(options: AdamRuleOptions = {}): UpdateRule {
  return ruleOf('adamw', { weightDecay: 0.01, ...options }, true);
}

function ruleOf(
  name: string,
  options: AdamRuleOptions & { readonly weightDecay: number },
  decoupled: boolean,
): UpdateRule {
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weightDecay } = options;
  checkHyperparameter(name, 'beta1', beta1, beta1 >= 0 && beta1 < 1, 'in [0, 1)');
  checkHyperparameter(name, 'beta2', beta2, beta2 >= 0 && beta2 < 1, 'in [0, 1)');
  checkHyperparameter(name, 'eps', eps, eps >= 0, 'zero or more');
  checkHyperparameter(name, 'weightDecay', weightDecay, weightDecay >= 0, 'zero or more');
  return {
    stateNames: ['mean', 'square'],
    update: ({ dtype, count, parameter, gradient, states, gradientScale, learningRate, step }) => {
      engine().kernel('adam', dtype)(
        parameter.to,
        parameter.from,
        gradient,
        states[0]?.to ?? 0,
        states[0]?.from ?? 0,
        states[1]?.to ?? 0,
        states[1]?.from ?? 0,
        count,
        learningRate,
        beta1,
        beta2,
        eps,
        weightDecay,
        decoupled ? 1 : 0,
        1 - power(beta1, step),
        1 - power(beta2, step),
        gradientScale,
      );
    },
  };
}

export interface AdamOptions extends AdamRuleOptions {
  /** 0.001 by default. */
  readonly lr?: number;
}

const adamOptions: OptionNames<AdamOptions> = {
  lr: 'number',
  beta1: 'number',
  beta2: 'number',
  eps: 'number',
  weightDecay: 'number',
};

/**
 * Adam; see {@link adamRule} for the equation.
 *
 * @example
 * const optimizer = new Adam(model.parameters(), { lr: 3e-4 });
 */
export class Adam extends Optimizer {
  constructor(parameters: Iterable<Trainable>, options: AdamOptions = {}) {
    const tensors = trainablesOf('Adam', parameters);
    const { lr = 1e-3, ...rule } = checkOptions('Adam', options, adamOptions);
    super(tensors, lr, adamRule(rule));
  }
}

/**
 * Adam with decoupled weight decay; see {@link adamwRule} for the equation.
 *
 * @example
 * const optimizer = new AdamW(model.parameters(), { lr: 3e-4, weightDecay: 0.1 });
 */
export class AdamW extends Optimizer {
  constructor(parameters: Iterable<Trainable>, options: AdamOptions = {}) {
    const tensors = trainablesOf('AdamW', parameters);
    const { lr = 1e-3, ...rule } = checkOptions('AdamW', options, adamOptions);
    super(tensors, lr, adamwRule(rule));
  }
}
