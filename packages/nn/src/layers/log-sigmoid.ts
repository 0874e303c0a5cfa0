import { logSigmoid, type Tensor } from '@dltrain/core';
import { Elementwise } from './elementwise.js';

/** `y = -log(1 + e^-x)`, without overflow. */
export class LogSigmoid extends Elementwise {
  forward(x: Tensor): Tensor {
    return logSigmoid(x);
  }
}
