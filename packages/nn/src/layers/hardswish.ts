import { hardswish, type Tensor } from '@dltrain/core';
import { Elementwise } from './elementwise.js';

/** `y = x min(max(0, x + 3), 6) / 6`. */
export class Hardswish extends Elementwise {
  forward(x: Tensor): Tensor {
    return hardswish(x);
  }
}
