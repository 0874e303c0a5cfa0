import { mish, type Tensor } from '@dltrain/core';
import { Elementwise } from './elementwise.js';

/** `y = x tanh(softplus(x))`. */
export class Mish extends Elementwise {
  forward(x: Tensor): Tensor {
    return mish(x);
  }
}
