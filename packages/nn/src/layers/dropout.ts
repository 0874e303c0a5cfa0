import { dropout, ValueError, type Shape, type Tensor } from '@dltrain/core';
import { Module } from '../module.js';
import { checkNumber } from '../check-number.js';

/**
 * In training each element becomes 0 with probability `p`, and the others are multiplied by
 * 1 / (1 - p); in evaluation nothing happens.
 *
 * @example
 * model.train(); // dropout acts
 * model.eval(); // it does not
 */
export class Dropout extends Module {
  /** @throws ValueError unless 0 <= p <= 1 */
  constructor(readonly p = 0.5) {
    super();
    checkNumber(new.target.name, 'p', p);
    if (!(p >= 0 && p <= 1)) {
      throw new ValueError(`Dropout: p is ${p}; it must be a probability, from 0 to 1`);
    }
  }

  forward(x: Tensor): Tensor {
    return this.training && this.p > 0 ? dropout(x, this.p) : x;
  }

  override outputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override describe(): string {
    return `p: ${this.p}`;
  }
}
