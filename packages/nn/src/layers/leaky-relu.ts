import { leakyRelu, type Tensor } from '@dltrain/core';
import { checkNumber } from '../check-number.js';
import { Elementwise } from './elementwise.js';

/** `y = x` for x > 0, else `negativeSlope x`. */
export class LeakyReLU extends Elementwise {
  constructor(readonly negativeSlope = 0.01) {
    super();
    checkNumber('LeakyReLU', 'negativeSlope', negativeSlope);
  }

  forward(x: Tensor): Tensor {
    return leakyRelu(x, { negativeSlope: this.negativeSlope });
  }

  override describe(): string {
    return `negativeSlope: ${this.negativeSlope}`;
  }
}
