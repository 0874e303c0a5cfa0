import { celu, type Tensor } from '@dltrain/core';
import { checkNumber } from '../check-number.js';
import { Elementwise } from './elementwise.js';

/** `y = x` for x > 0, else `alpha (e^(x / alpha) - 1)`: smooth for every alpha. */
export class CELU extends Elementwise {
  constructor(readonly alpha = 1) {
    super();
    checkNumber('CELU', 'alpha', alpha);
  }

  forward(x: Tensor): Tensor {
    return celu(x, { alpha: this.alpha });
  }

  override describe(): string {
    return `alpha: ${this.alpha}`;
  }
}
