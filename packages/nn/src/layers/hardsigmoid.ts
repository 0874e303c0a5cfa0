import { hardsigmoid, type Tensor } from '@dltrain/core';
import { Elementwise } from './elementwise.js';

/** `y = min(max(0, x + 3), 6) / 6`. */
export class Hardsigmoid extends Elementwise {
  forward(x: Tensor): Tensor {
    return hardsigmoid(x);
  }
}
