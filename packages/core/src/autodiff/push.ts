import { zerosLike } from '../create.js';
import { isFloat } from '../dtype.js';
import { GradientError } from '../errors.js';
import { registry } from '../op.js';
import { add } from '../ops/elementwise/add.js';
import { expand } from '../ops/shape/expand.js';
import { mul } from '../ops/elementwise/mul.js';
import { sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import type { Node } from './node.js';
import { forwardRule, localOf, throughActivation } from './rule.js';

/**
 * Pushes the tangents of a call's inputs on to its output, whatever form the op's derivative has; an
 * input without a tangent does not vary.
 */
export function push(node: Node, tangents: readonly (Tensor | null)[]): Tensor {
  const { derivative } = node.op;
  if ('push' in derivative) return derivative.push(tangents, node);
  if ('transpose' in derivative) return pushLinear(node, tangents);
  const shares = tangents.flatMap((tangent, i) =>
    tangent === null ? [] : [pushFrom(node, i, tangent)],
  );
  const [first = zerosLike(node.output), ...others] = shares;
  const sum = others.reduce(add, first);
  const whole = sameShape(sum.shape, node.output.shape) ? sum : expand(sum, node.output.shape);
  return throughActivation(node, whole);
}

/** One input's share of the output's tangent, which may still have to be stretched to its shape. */
function pushFrom(node: Node, i: number, tangent: Tensor): Tensor {
  const { derivative } = node.op;
  if ('local' in derivative) {
    const fused = derivative.fused?.[i];
    return fused === undefined ? mul(tangent, localOf(node, i)) : fused(tangent, node, i);
  }
  if ('multilinear' in derivative) {
    return again(
      node,
      node.inputs.map((input, j) => (j === i ? tangent : input)),
    );
  }
  return forwardRule(node, i)(tangent, node, i);
}

/** An op that is linear in all inputs is its own derivative; what it holds fixed stays. */
function pushLinear(node: Node, tangents: readonly (Tensor | null)[]): Tensor {
  return again(
    node,
    node.inputs.map((input, i) => tangents[i] ?? (isFloat(input.dtype) ? zerosLike(input) : input)),
  );
}

function again({ op, args }: Node, inputs: readonly Tensor[]): Tensor {
  const entry = registry.get(op.name);
  if (entry === undefined) throw new GradientError(`jvp: there is no op named ${op.name}`);
  return entry.run(inputs, args);
}
