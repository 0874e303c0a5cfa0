import { sigmoid, type Shape, type Tensor } from '@dltrain/core';
import { Module } from '../module.js';

/** `y = 1 / (1 + e^-x)`. */
export class Sigmoid extends Module {
  forward(x: Tensor): Tensor {
    return sigmoid(x);
  }

  override outputShape(inputShape: Shape): Shape {
    return inputShape;
  }
}
