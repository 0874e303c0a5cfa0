import type { Node, Tensor } from '@dltrain/core';

const infix: Readonly<Record<string, string>> = {
  add: ' + ',
  sub: ' - ',
  mul: ' * ',
  div: ' / ',
  pow: '^',
};

/** Ops that go by another name among mathematicians. */
const spoken: Readonly<Record<string, string>> = {
  log: 'ln',
  maximum: 'max',
  minimum: 'min',
  sphericalBessel: 'sinc',
};

/** A recorded call as a formula of the names of what goes in. */
export function labelOf(node: Node, nameOf: (input: Tensor) => string): string {
  const { op, args } = node;
  const names = node.inputs.map(nameOf);
  const [first = ''] = names;
  const operator = infix[op.name];
  if (operator !== undefined) return names.map(inParentheses).join(operator);
  if (op.name === 'neg') return `-${inParentheses(first)}`;
  if (op.name === 'square') return `${inParentheses(first)}^2`;
  if (op.name === 'reciprocal') return `1 / ${inParentheses(first)}`;
  const exponent = exponentOf(args);
  if (exponent !== undefined) return `${inParentheses(first)}^${inParentheses(String(exponent))}`;
  return `${spoken[op.name] ?? op.name}(${names.join(', ')})`;
}

/** The exponent of a power that is a number. */
function exponentOf(args: unknown): number | undefined {
  if (typeof args !== 'object' || args === null || !('exponent' in args)) return undefined;
  return typeof args.exponent === 'number' ? args.exponent : undefined;
}

function inParentheses(name: string): string {
  return name.startsWith('-') ? `(${name})` : name;
}
