import type { Shape } from '@dltrain/core';
import { Module } from '../module.js';

/** What the layers have in common that act on each element, or along an axis, and keep the shape. */
export abstract class Elementwise extends Module {
  override outputShape(inputShape: Shape): Shape {
    return inputShape;
  }
}
