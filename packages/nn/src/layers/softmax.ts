import { normalizeAxis, ShapeError, softmax, type Shape, type Tensor } from '@dltrain/core';
import { Module } from '../module.js';
import { checkNumber } from '../check-number.js';

/**
 * `y_i = e^(x_i) / sum_j e^(x_j)` along an axis, with the maximum subtracted first. Losses that take
 * logits, such as cross-entropy, do this themselves: end a model that is trained with them without.
 */
export class Softmax extends Module {
  /** @param axis counted with the batch axis, or from the end; the last by default */
  constructor(readonly axis = -1) {
    super();
    checkNumber(new.target.name, 'axis', axis);
  }

  forward(x: Tensor): Tensor {
    return softmax(x, this.axis);
  }

  override outputShape(inputShape: Shape): Shape {
    if (normalizeAxis('Softmax', this.axis, inputShape.length + 1) === 0) {
      throw new ShapeError(
        'Softmax along axis 0 mixes the samples of a batch; axes of a sample begin at 1',
      );
    }
    return inputShape;
  }

  override describe(): string {
    return `axis: ${this.axis}`;
  }
}
