import { GradientError } from '../errors.js';
import type { AnyOp, NonDifferentiable, Pullback, Arity } from '../op.js';
import type { Tensor } from '../tensor.js';
import { describeCallSite } from './call-site.js';
import type { Node } from './node.js';

/** A rule for either mode: they take and give the same kinds of things. */
type Rule = Pullback<Arity, unknown>;
type Stated = Rule | NonDifferentiable | undefined;

/** Local derivative of an elementwise op by its input `i`. */
export function localOf(node: Node, i: number): Tensor {
  const { derivative } = node.op;
  const rule = 'local' in derivative ? derivative.local[i] : undefined;
  if (rule === undefined) throw missing('backward', node, i, 'there is no such input');
  return rule(node);
}

/** The rule that pulls an adjoint back to input `i`. @throws GradientError when there is none */
export function reverseRule(node: Node, i: number): Rule {
  return checked('backward', node, i, statedReverseRule(node.op, i));
}

function statedReverseRule({ derivative }: AnyOp, i: number): Stated {
  if ('transpose' in derivative) {
    const { transpose } = derivative;
    return typeof transpose === 'function' ? transpose : transpose[i];
  }
  if ('multilinear' in derivative) return derivative.multilinear[i];
  if ('symmetric' in derivative) return derivative.symmetric[i];
  if ('vjp' in derivative) return derivative.vjp[i];
  return 'nondifferentiable' in derivative ? derivative : undefined;
}

/** The rule that pushes the tangent of input `i` on. @throws GradientError when there is none */
export function forwardRule(node: Node, i: number): Rule {
  return checked('jvp', node, i, statedForwardRule(node.op, i));
}

function statedForwardRule({ derivative }: AnyOp, i: number): Stated {
  if ('symmetric' in derivative) return derivative.symmetric[i];
  if ('vjp' in derivative) return derivative.jvp[i];
  return 'nondifferentiable' in derivative ? derivative : undefined;
}

function checked(sweep: string, node: Node, i: number, rule: Stated): Rule {
  if (typeof rule === 'function') return rule;
  throw missing(sweep, node, i, rule?.nondifferentiable ?? 'there is no such input');
}

function missing(sweep: string, node: Node, i: number, reason: string): GradientError {
  return new GradientError(
    `${sweep}: ${node.op.name} has no derivative by its input ${i}: ${reason}; detach() that input` +
      describeCallSite(node.callSite),
  );
}

/**
 * An adjoint behind the activation that is fused behind an op, taken to its inner side; as it is where
 * there is none. The same serves tangents on their way out.
 */
export function throughActivation(node: Node, outer: Tensor): Tensor {
  const { derivative } = node.op;
  const rule = 'vjp' in derivative ? derivative.activation : undefined;
  return rule === undefined ? outer : rule(outer, node, 0);
}
