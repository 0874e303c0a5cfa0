import type { Node } from '@dltrain/core';

/** What one call of an op costs in the forward pass. */
export interface OperationCount {
  /** Products that are added up at once, as in matrix products and convolutions. */
  readonly multiplyAdds: number;
  /** Floating-point operations: two for each of those, one for each other element computed. */
  readonly flops: number;
}

/** Ops that move or rename elements and compute nothing. */
const free = new Set([
  ...['alias', 'asStrided', 'cat', 'clone', 'diagonal', 'expand', 'flip', 'indexSelect', 'pad'],
  ...['permute', 'reshape', 'roll', 'slice', 'split', 'stack', 'to', 'transpose', 'unfoldAxis'],
]);

/** Operations for each element of the input, where one pass does several things to it. */
const perElement: Readonly<Record<string, number>> = {
  // Maximum, difference, exponential, sum, quotient (or logarithm).
  softmax: 5,
  logSoftmax: 5,
  crossEntropy: 5,
  // Mean, difference, square, sum, product with the deviation, scale, shift.
  layerNorm: 7,
  batchNorm: 7,
  groupNorm: 7,
  instanceNorm: 7,
  normalize: 7,
  rmsNorm: 4,
};

/**
 * Counts the operations of a recorded call by the kind of its op and the shapes. A sum over n
 * elements counts as n, an elementary function such as exp as 1.
 */
export function countOperations({ op, inputs, output, args }: Node): OperationCount {
  const [x, weight] = inputs;
  if (x === undefined || free.has(op.name)) return { multiplyAdds: 0, flops: 0 };
  const extra =
    inputs.length > 2 || hasActivation(args) ? output.size * extras(inputs.length, args) : 0;
  if (op.name === 'matmul' || op.name === 'linear') {
    return products(output.size * (x.shape.at(-1) ?? 1), extra);
  }
  if (weight !== undefined && /^conv(\d?d|\w*)?Transpose/i.test(op.name)) {
    return products(x.size * (weight.size / (weight.shape[0] ?? 1)), extra);
  }
  if (weight !== undefined && /^conv\d?d?$/i.test(op.name)) {
    return products(output.size * (weight.size / (weight.shape[0] ?? 1)), extra);
  }
  const window = windowSize(args);
  if (window !== null) return { multiplyAdds: 0, flops: output.size * window };
  const largest = Math.max(output.size, ...inputs.map(({ size }) => size));
  return { multiplyAdds: 0, flops: largest * (perElement[op.name] ?? 1) };
}

function products(multiplyAdds: number, extra: number): OperationCount {
  return { multiplyAdds, flops: 2 * multiplyAdds + extra };
}

/** A bias and an activation are one more operation each for every element of the output. */
function extras(inputs: number, args: unknown): number {
  return (inputs > 2 ? 1 : 0) + (hasActivation(args) ? 1 : 0);
}

function hasActivation(args: unknown): boolean {
  return typeof args === 'object' && args !== null && 'activation' in args && !!args.activation;
}

/** Elements that a pooling op looks at for each one that it gives. */
function windowSize(args: unknown): number | null {
  if (typeof args !== 'object' || args === null || !('window' in args)) return null;
  const { window } = args;
  if (typeof window !== 'object' || window === null || !('kernel' in window)) return null;
  const { kernel } = window;
  return Array.isArray(kernel)
    ? kernel.reduce((product: number, size: unknown) => product * Number(size), 1)
    : null;
}
