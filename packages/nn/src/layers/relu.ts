import { relu, type Shape, type Tensor } from '@dltrain/core';
import { Module } from '../module.js';

/** `y = max(0, x)`; NaN stays NaN. */
export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    return relu(x);
  }

  override outputShape(inputShape: Shape): Shape {
    return inputShape;
  }
}
