import { formatShape, type Shape } from '@dltrain/core';
import {
  buildAt,
  lookUpType,
  resolveArguments,
  SpecError,
  type Spec,
  type SpecPath,
} from '../config/arguments.js';
import type { Module } from '../module.js';
import { Sequential } from '../sequential.js';
import type { LayerType } from './layer-type.js';
import { layerTypes, type LayerSpec } from './layer-types.js';

/** A stack of layers by type name; `input` is the shape of one sample. */
export interface LayersSpec {
  readonly input: Shape;
  readonly layers: readonly LayerSpec[];
}

/** A layer that cannot be built; `path` says which and what of it: `['layers', 2, 'kernelSize']`. */
export class LayerError extends SpecError {}

/**
 * Builds the layers of a specification one after another, each for the shape that the one before it
 * gives.
 *
 * @throws LayerError at the first layer that is unknown, incomplete or does not fit its input
 *
 * @example
 * const model = buildLayers({
 *   input: [1, 28, 28],
 *   layers: ['flatten', { type: 'linear', outFeatures: 10 }],
 * });
 */
export function buildLayers({ input, layers }: LayersSpec): Sequential {
  if (input.length === 0 || !input.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new LayerError(
      `the input ${formatShape(input)} is no shape of a sample; give sizes of one or more, such as [784]`,
      ['input'],
    );
  }
  if (layers.length === 0) {
    throw new LayerError('a model needs at least one layer', ['layers']);
  }
  const modules: Module[] = [];
  let shape = input;
  layers.forEach((layer, i) => {
    const path = ['layers', i];
    const module = buildLayer(layer, shape, path);
    modules.push(module);
    const type = typeof layer === 'string' ? layer : layer.type;
    shape = buildAt(path, () => module.outputShape?.(shape) ?? shape, layerError(i, type, shape));
  });
  return new Sequential(...modules);
}

function buildLayer(layer: LayerSpec, inputShape: Shape, path: SpecPath): Module {
  const types: Readonly<Record<string, LayerType>> = layerTypes;
  try {
    const { type, entry, given } = lookUpType('layer', types, layer as Spec, path);
    const args = resolveArguments(type, entry.parameters, given, path);
    return buildAt(
      path,
      () => entry.build(args, inputShape),
      layerError(path[1], type, inputShape),
    );
  } catch (error) {
    if (!(error instanceof SpecError) || error instanceof LayerError) throw error;
    throw new LayerError(`layer ${String(path[1])}: ${error.message}`, error.path, {
      cause: error,
    });
  }
}

function layerError(index: unknown, type: string, inputShape: Shape) {
  return (error: Error, place: SpecPath) =>
    new LayerError(
      `layer ${String(index)} (${type}, on input ${formatShape(inputShape)}): ${error.message}`,
      place,
      { cause: error },
    );
}
