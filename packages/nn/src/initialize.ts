import { randomKey } from '@dltrain/core';
import type { Module } from './module.js';
import { hashName } from './name-hash.js';

/**
 * Fills every parameter with first values by its own initialiser. They are drawn under (seed, name):
 * a parameter gets the same numbers whatever else the model holds and in which order it was built.
 *
 * @example
 * initialize(model, 42);
 */
export function initialize(model: Module, seed: number): void {
  const key = randomKey(seed, 'init');
  for (const [name, parameter] of model.namedParameters()) {
    parameter.initialize([...key, ...hashName(name)]);
  }
}
