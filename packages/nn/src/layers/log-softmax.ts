import { logSoftmax, type Tensor } from '@dltrain/core';
import { Softmax } from './softmax.js';

/** The logarithm of `Softmax`, without overflow: what negative log likelihood takes. */
export class LogSoftmax extends Softmax {
  override forward(x: Tensor): Tensor {
    return logSoftmax(x, this.axis);
  }
}
