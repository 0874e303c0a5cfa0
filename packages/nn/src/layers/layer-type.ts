import type { Shape } from '@dltrain/core';
import type { Arguments, ArgumentTable, TypeEntry } from '../config/arguments.js';
import type { Module } from '../module.js';

/** A layer that a config can name. */
export interface LayerType<T extends ArgumentTable = ArgumentTable> extends TypeEntry<T> {
  /** @param inputShape of one sample, without the batch axis */
  build(args: Arguments<T>, inputShape: Shape): Module;
}

/** An entry, with the types of its arguments. */
export function layerType<const T extends ArgumentTable>(entry: LayerType<T>): LayerType<T> {
  return entry;
}
