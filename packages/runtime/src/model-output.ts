import { describeValue, Tensor, ValueError } from '@dltrain/core';
import type { Module } from '@dltrain/nn';

/**
 * What a model computes from its inputs.
 * @throws ValueError where its `forward` returns something else, as JavaScript lets it
 */
export function outputOf(model: Module, inputs: Tensor): Tensor {
  const output: unknown = model.forward(inputs);
  if (output instanceof Tensor) return output;
  if (output instanceof Promise) output.catch(() => undefined); // nobody waits for it
  const remedy =
    output instanceof Promise ? 'return a tensor, from a method without async' : 'return a tensor';
  throw new ValueError(
    `${model.constructor.name}.forward returned ${describeValue(output)}; ${remedy}`,
  );
}
