import { identity, type Tensor } from '@dltrain/core';
import { Elementwise } from './elementwise.js';

/** `y = x`: a place in a network where nothing happens. */
export class Identity extends Elementwise {
  forward(x: Tensor): Tensor {
    return identity(x);
  }
}
