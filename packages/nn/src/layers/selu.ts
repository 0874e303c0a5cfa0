import { selu, type Tensor } from '@dltrain/core';
import { Elementwise } from './elementwise.js';

/** `y = 1.0507 x` for x > 0, else `1.7581 (e^x - 1)`: keeps zero mean and unit variance. */
export class SELU extends Elementwise {
  forward(x: Tensor): Tensor {
    return selu(x);
  }
}
