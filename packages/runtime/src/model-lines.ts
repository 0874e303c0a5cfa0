import { formatShape, ShapeError } from '@dltrain/core';
import type { Module } from '@dltrain/nn';
import type { ModelLine, ModelSource } from './options.js';

/**
 * One line for each part that the model holds directly: its name, its kind, the shape it gives for
 * one sample where that can be told, and the parameters in it.
 */
export function describeModel(model: Module, source: ModelSource): ModelLine[] {
  let shape: readonly number[] | null = 'input' in source ? source.input : null;
  return [...model.namedChildren()].map(([name, child]) => {
    if (!('forward' in child)) {
      return {
        name,
        kind: `parameter ${formatShape(child.shape)}`,
        outputShape: null,
        parameters: child.size,
      };
    }
    shape = shape === null ? null : shapeAfter(child, shape);
    const parameters = child.parameters().reduce((sum, { size }) => sum + size, 0);
    return { name, kind: child.constructor.name, outputShape: shape, parameters };
  });
}

function shapeAfter(module: Module, shape: readonly number[]): readonly number[] | null {
  try {
    return module.outputShape?.(shape) ?? null;
  } catch (error) {
    // A user's module may hold its parts in another order than it runs them.
    if (error instanceof ShapeError) return null;
    throw error;
  }
}
