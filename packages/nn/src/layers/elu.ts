import { elu, type Tensor } from '@dltrain/core';
import { checkNumber } from '../check-number.js';
import { Elementwise } from './elementwise.js';

/** `y = x` for x > 0, else `alpha (e^x - 1)`. */
export class ELU extends Elementwise {
  constructor(readonly alpha = 1) {
    super();
    checkNumber('ELU', 'alpha', alpha);
  }

  forward(x: Tensor): Tensor {
    return elu(x, { alpha: this.alpha });
  }

  override describe(): string {
    return `alpha: ${this.alpha}`;
  }
}
