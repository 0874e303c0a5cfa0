import type { Activation } from '@dltrain/core';
import type { Module } from '../module.js';
import { Conv2d } from './conv2d.js';
import { Linear } from './linear.js';
import { ReLU } from './relu.js';
import { Sigmoid } from './sigmoid.js';
import { Tanh } from './tanh.js';

const activations: ReadonlyMap<unknown, Activation> = new Map([
  [ReLU, 'relu'],
  [Sigmoid, 'sigmoid'],
  [Tanh, 'tanh'],
]);

/** The layer, if its kernel takes the activation behind it along. */
export function fusible(layer: Module): Linear | Conv2d | null {
  const known = layer instanceof Linear || layer instanceof Conv2d;
  return known && actsAsItsClass(layer, [Linear, Conv2d]) ? layer : null;
}

/** The activation that a module is, as far as a kernel knows it. */
export function activationOf(layer: Module | undefined): Activation | undefined {
  if (layer === undefined || !actsAsItsClass(layer, activations.keys())) return undefined;
  return activations.get(layer.constructor);
}

/** Neither a subclass nor an instance whose forward somebody replaced: those run as they are. */
export function actsAsItsClass(layer: Module, classes: Iterable<unknown>): boolean {
  return [...classes].includes(layer.constructor) && !Object.hasOwn(layer, 'forward');
}
