import { silu, type Tensor } from '@dltrain/core';
import { Elementwise } from './elementwise.js';

/** `y = x / (1 + e^-x)`, also called Swish. */
export class SiLU extends Elementwise {
  forward(x: Tensor): Tensor {
    return silu(x);
  }
}
