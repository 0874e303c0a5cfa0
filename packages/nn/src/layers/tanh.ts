import { tanh, type Shape, type Tensor } from '@dltrain/core';
import { Module } from '../module.js';

/** `y = tanh x`. */
export class Tanh extends Module {
  forward(x: Tensor): Tensor {
    return tanh(x);
  }

  override outputShape(inputShape: Shape): Shape {
    return inputShape;
  }
}
