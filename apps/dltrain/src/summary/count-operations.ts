import { elementCount, type Node, type Shape } from '@dltrain/core';

/** What one call of an op costs in the forward pass. */
export interface OperationCount {
  /** Products that are added up at once, as in matrix products and convolutions. */
  readonly multiplyAdds: number;
  /** Floating-point operations: two for each of those, one for each other element computed. */
  readonly flops: number;
}

/** Ops that move, choose or rename elements and compute nothing. */
export const freeOps: ReadonlySet<string> = new Set([
  ...['alias', 'asStrided', 'cat', 'clone', 'expand', 'gather', 'indexSelect', 'padConstant'],
  ...['permute', 'putRows', 'putStrided', 'reshape', 'scatter', 'to', 'transpose', 'tril', 'triu'],
  ...['unfoldWindows', 'where'],
]);

/** Operations for each element of the input, where one pass does several things to it. */
export const operationsPerElement: Readonly<Record<string, number>> = {
  // Maximum, difference, exponential, sum, quotient (or logarithm).
  softmax: 5,
  causalSoftmax: 5,
  logSoftmax: 5,
  crossEntropyRows: 5,
  crossEntropySoftRows: 5,
  // Sum, difference, square, sum, product with the deviation, scale, shift: every norm but RMS.
  standardize: 7,
  // Sum, difference, square, sum.
  variance: 4,
  std: 4,
};

/**
 * Counts the operations of a recorded call by the kind of its op and the shapes. A sum over n
 * elements counts as n, an elementary function such as exp as 1.
 */
export function countOperations({ op, inputs, output, args }: Node): OperationCount {
  const [x, weight] = inputs;
  if (x === undefined || freeOps.has(op.name)) return { multiplyAdds: 0, flops: 0 };
  const extra =
    inputs.length > 2 || hasActivation(args) ? output.size * extras(inputs.length, args) : 0;
  if (op.name === 'matmul' || op.name === 'linear') {
    return products(output.size * (x.shape.at(-1) ?? 1), extra);
  }
  if (op.name === 'selfAttention') return attentionOperations(output.shape, args);
  const perChannel = weight === undefined ? 0 : weight.size / (weight.shape[0] ?? 1);
  if (op.name === 'conv2d') return products(output.size * perChannel, extra);
  // What a transposed convolution is made of: each input element meets all of its channel's weights.
  if (op.name === 'conv2dInputGrad') return products(x.size * perChannel, extra);
  const window = windowSize(args);
  if (window !== null) return { multiplyAdds: 0, flops: output.size * window };
  const largest = Math.max(output.size, ...inputs.map(({ size }) => size));
  return { multiplyAdds: 0, flops: largest * (operationsPerElement[op.name] ?? 1) };
}

/**
 * Of each head the scores, and what they choose: every position meets every other. Between them the scaling
 * of the queries and a softmax.
 */
function attentionOperations(shape: Shape, args: unknown): OperationCount {
  const [count = 0, length = 0] = shape;
  const heads = (args as { readonly heads: number }).heads;
  const elements = elementCount(shape);
  const softmax = count * heads * length * length * (operationsPerElement.softmax ?? 1);
  return products(2 * elements * length, elements + softmax);
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
