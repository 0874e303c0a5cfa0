import {
  derivative,
  isConstantNode,
  isFunctionNode,
  isOperatorNode,
  isParenthesisNode,
  isSymbolNode,
  parse,
  simplify,
  type FunctionNode,
  type MathNode,
  type SimplifyRule,
} from 'mathjs/number';
import { functions, otherNames } from './functions.js';

/** A derivative as an expression. */
export interface SymbolicDerivative {
  /** As the rules give it. */
  readonly raw: MathNode;
  /** After simplification; null when it is too large for that. */
  readonly simplified: MathNode | null;
}

/** Simplifying takes time that grows with more than the square of the size. */
const largestSimplified = 400;

/** Differentiates an expression by a variable. */
export function differentiate(node: MathNode, variable: string): SymbolicDerivative {
  const raw = derive(underOneName(node), variable);
  return { raw, simplified: simplifyWithin(raw) };
}

/** Ends an attempt to simplify that leads nowhere. */
class NotSimpler extends Error {}

/** Applies the rules until none changes anything; null where that goes on, or the result only grows. */
function simplifyWithin(raw: MathNode): MathNode | null {
  const size = sizeOf(raw);
  if (size > largestSimplified) return null;
  let passes = 0;
  const giveUp = (node: MathNode): MathNode => {
    passes += 1;
    if (passes > mostPasses || sizeOf(node) > 2 * size + 20) throw new NotSimpler();
    return node;
  };
  try {
    return simplify(raw, [...rules, giveUp], {}, { context });
  } catch (error) {
    if (error instanceof NotSimpler) return null;
    throw error;
  }
}

const mostPasses = 30;

/** How many numbers, variables, operators and functions an expression is made of. */
export function sizeOf(node: MathNode): number {
  let count = 0;
  node.traverse((part: MathNode) => {
    // A function is counted as a call, and not once more for its name.
    if (!isParenthesisNode(part)) count += isFunctionNode(part) ? 0 : 1;
  });
  return count;
}

/** An expression as it would be typed; a logarithm without a base is called `ln`. */
export function textOf(node: MathNode): string {
  return node.toString({
    handler: (part: MathNode, options: object) =>
      isFunctionNode(part) && part.fn.name === 'log' && part.args.length === 1
        ? `ln(${part.args[0]?.toString(options) ?? ''})`
        : undefined,
  });
}

/**
 * Rules that are left out. The first two hold for positive numbers alone: `(x^2)^(1/2)` is `x` for those,
 * and else `-x`. The others factor powers whose exponents are expressions, and need not come to an end.
 */
const leftOut = ['(n1*n2)^n3', '(n^n1)^n2', 'n3^(-n4)*n1', 'n1*n3^(-n4)'];
const rules = [
  ...simplify.rules.filter((rule) => !leftOut.some((one) => leftSide(rule).startsWith(one))),
  multiplyWholeExponents,
];

/** What a rule is about, without spaces; empty for a rule that is a function. */
function leftSide(rule: SimplifyRule): string {
  if (typeof rule === 'function') return '';
  const text = typeof rule === 'string' ? rule : 's' in rule ? rule.s : rule.l;
  return text.replaceAll(' ', '');
}

/** `(x^2)^3` is `x^6` for all numbers. */
function multiplyWholeExponents(node: MathNode): MathNode {
  return node.transform((outer: MathNode) => {
    const [power, second] = powerOf(outer) ?? [];
    const [base, first] = (power && powerOf(power)) ?? [];
    if (base === undefined || first === undefined || second === undefined) return outer;
    return combine('base ^ exponent', { base, exponent: parse(String(first * second)) });
  });
}

/** Base and exponent of a power with a whole exponent. */
function powerOf(node: MathNode): [base: MathNode, exponent: number] | undefined {
  if (!isOperatorNode(node) || (node as { fn: string }).fn !== 'pow') return undefined;
  const [base, exponent]: readonly MathNode[] = node.args;
  if (base === undefined || !isConstantNode(exponent)) return undefined;
  return Number.isInteger(exponent.value) ? [base, exponent.value] : undefined;
}

/**
 * Sums and products always have two operands here. To be told that one of a single operand is that
 * operand makes the library visit each first operand twice, and its own first operand four times.
 */
const sumOrProduct = { trivial: false, total: true, commutative: true, associative: true };
const context = { add: sumOrProduct, multiply: sumOrProduct };

function underOneName(node: MathNode): MathNode {
  return node.transform((part: MathNode) => {
    if (!isFunctionNode(part)) return part;
    const name = otherNames.get(part.fn.name);
    if (name === undefined) return part;
    const renamed = part.clone();
    renamed.fn = part.fn.clone();
    renamed.fn.name = name;
    return renamed;
  });
}

/**
 * The derivative by the rules of the algebra library. A call of a function that it does not know stands
 * as a variable of its own: by the chain rule the derivative is that beside it, plus that by it times
 * the derivative of the call.
 */
function derive(node: MathNode, variable: string): MathNode {
  const calls = new Map<string, FunctionNode>();
  const known = node.transform((part: MathNode) => {
    if (!isFunctionNode(part) || functions.get(part.fn.name)?.partials === undefined) return part;
    const symbol = `call_${calls.size}`;
    calls.set(symbol, part);
    return parse(symbol);
  });
  const terms = [derivative(known, variable, { simplify: false })];
  for (const [symbol, { fn, args }] of calls) {
    const outer = derivative(known, symbol, { simplify: false });
    functions.get(fn.name)?.partials?.forEach((partial, i) => {
      const arg = args[i];
      if (arg === undefined || !dependsOn(arg, variable)) return;
      const local = replaceSymbols(
        parse(partial),
        new Map([
          ['a', args[0] ?? arg],
          ['b', args[1] ?? arg],
        ]),
      );
      terms.push(combine('outer * local * inner', { outer, local, inner: derive(arg, variable) }));
    });
  }
  const [first, ...others] = terms.filter((term) => terms.length === 1 || !isZero(term));
  const sum = others.reduce(
    (before, after) => combine('before + after', { before, after }),
    first ?? parse('0'),
  );
  return replaceSymbols(sum, calls);
}

function isZero(node: MathNode): boolean {
  return isConstantNode(node) && node.value === 0;
}

function dependsOn(node: MathNode, variable: string): boolean {
  return node.filter((part) => isSymbolNode(part) && part.name === variable).length > 0;
}

function combine(form: string, parts: Readonly<Record<string, MathNode>>): MathNode {
  return replaceSymbols(parse(form), new Map(Object.entries(parts)));
}

function replaceSymbols(node: MathNode, by: ReadonlyMap<string, MathNode>): MathNode {
  return node.transform((part: MathNode) =>
    isSymbolNode(part) ? (by.get(part.name) ?? part) : part,
  );
}
