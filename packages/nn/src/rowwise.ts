import { AvgPool2d } from './layers/avg-pool2d.js';
import { Conv2d } from './layers/conv2d.js';
import { Flatten } from './layers/flatten.js';
import { Linear } from './layers/linear.js';
import { MaxPool2d } from './layers/max-pool2d.js';
import { ReLU } from './layers/relu.js';
import { Sigmoid } from './layers/sigmoid.js';
import { Tanh } from './layers/tanh.js';
import type { Module } from './module.js';
import { Sequential } from './sequential.js';

/** Layers of which each sample's output depends on that sample alone, and whose gradients can be cut. */
const layers: ReadonlySet<unknown> = new Set([
  AvgPool2d,
  Conv2d,
  Flatten,
  Linear,
  MaxPool2d,
  ReLU,
  Sigmoid,
  Tanh,
]);

/**
 * Whether samples can be computed together or apart with the same bits, gradients included once the
 * rows are cut by `withRowParts`. It is known of the library's own layers, each used once; what a class
 * of the user's own computes may depend on the size of the batch.
 */
export function isRowwise(module: Module): boolean {
  if (module.constructor !== Sequential) return layers.has(module.constructor);
  const parts = (module as Sequential).layers;
  return new Set(parts).size === parts.length && parts.every(isRowwise);
}
