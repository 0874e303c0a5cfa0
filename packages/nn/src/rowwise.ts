import { actsAsItsClass } from './layers/fusion.js';
import { AvgPool2d } from './layers/avg-pool2d.js';
import { Conv2d } from './layers/conv2d.js';
import { Flatten } from './layers/flatten.js';
import { Linear } from './layers/linear.js';
import { MaxPool2d } from './layers/max-pool2d.js';
import { ReLU } from './layers/relu.js';
import { Sigmoid } from './layers/sigmoid.js';
import { Tanh } from './layers/tanh.js';
import type { Module } from './module.js';
import { Parameter } from './parameter.js';
import { Sequential } from './sequential.js';

/** Layers of which each sample's output depends on that sample alone, and whose gradients can be cut. */
const rowwiseLayers = [AvgPool2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sigmoid, Tanh];

/**
 * Whether samples can be computed together or apart with the same bits, gradients included once the
 * rows are cut by `withRowParts`. It is known of the library's own layers, with no module and no
 * parameter used twice; what a class of the user's own computes may depend on the size of the batch.
 */
export function isRowwise(module: Module): boolean {
  const layers = flatten(module);
  const parameters = layers.flatMap((layer) =>
    Object.values(layer).filter((value) => value instanceof Parameter),
  );
  return (
    layers.every((layer) => actsAsItsClass(layer, rowwiseLayers)) &&
    isDistinct(layers) &&
    isDistinct(parameters)
  );
}

/** The layers of nested sequences, in their order. */
function flatten(module: Module): Module[] {
  const isSequence = module instanceof Sequential && actsAsItsClass(module, [Sequential]);
  return isSequence ? module.layers.flatMap(flatten) : [module];
}

function isDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}
