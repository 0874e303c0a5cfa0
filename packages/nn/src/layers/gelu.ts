import { gelu, type Tensor } from '@dltrain/core';
import { Elementwise } from './elementwise.js';

/** `y = x Phi(x)`, Phi being the standard normal distribution; with `tanh`, by its older approximation. */
export class GELU extends Elementwise {
  constructor(readonly approximate: 'none' | 'tanh' = 'none') {
    super();
  }

  forward(x: Tensor): Tensor {
    return gelu(x, { approximate: this.approximate });
  }

  override describe(): string {
    return this.approximate === 'none' ? '' : `approximate: ${this.approximate}`;
  }
}
