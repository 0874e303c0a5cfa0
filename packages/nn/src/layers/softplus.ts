import { softplus, type Tensor } from '@dltrain/core';
import { checkNumber } from '../check-number.js';
import { Elementwise } from './elementwise.js';

/** `y = log(1 + e^(beta x)) / beta`: a ReLU with a smooth bend, the sharper the larger `beta`. */
export class Softplus extends Elementwise {
  constructor(readonly beta = 1) {
    super();
    checkNumber('Softplus', 'beta', beta);
  }

  forward(x: Tensor): Tensor {
    return softplus(x, { beta: this.beta });
  }

  override describe(): string {
    return `beta: ${this.beta}`;
  }
}
