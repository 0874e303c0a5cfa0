import { softsign, type Tensor } from '@dltrain/core';
import { Elementwise } from './elementwise.js';

/** `y = x / (1 + |x|)`. */
export class Softsign extends Elementwise {
  forward(x: Tensor): Tensor {
    return softsign(x);
  }
}
