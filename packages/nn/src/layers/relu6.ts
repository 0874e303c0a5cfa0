import { relu6, type Tensor } from '@dltrain/core';
import { Elementwise } from './elementwise.js';

/** `y = min(max(0, x), 6)`. */
export class ReLU6 extends Elementwise {
  forward(x: Tensor): Tensor {
    return relu6(x);
  }
}
