import { dropout2d, formatShape, ShapeError, type Shape, type Tensor } from '@dltrain/core';
import { Dropout } from './dropout.js';

/**
 * In training each channel of each sample becomes 0 with probability `p`, and the others are multiplied
 * by 1 / (1 - p); in evaluation nothing happens. For images, whose neighbouring pixels resemble each
 * other.
 *
 * @example
 * new Dropout2d(0.2).forward(x); // x [64, 32, 14, 14] keeps its shape
 */
export class Dropout2d extends Dropout {
  override forward(x: Tensor): Tensor {
    return this.training && this.p > 0 ? dropout2d(x, this.p) : x;
  }

  override outputShape(inputShape: Shape): Shape {
    if (inputShape.length === 0) {
      throw new ShapeError(
        `Dropout2d takes samples with channels, not of shape ${formatShape(inputShape)}`,
      );
    }
    return inputShape;
  }
}
