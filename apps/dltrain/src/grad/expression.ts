import { nearestName } from '@dltrain/core';
import {
  isConstantNode,
  isFunctionNode,
  isOperatorNode,
  isParenthesisNode,
  isSymbolNode,
  parse,
  type MathNode,
} from 'mathjs/number';
import { ConfigError, type Place, type Problem } from '../config/problem.js';
import {
  constants,
  definitions,
  functionNames,
  functions,
  operators,
  otherNames,
} from './functions.js';
import { depthOf, type Term } from './term.js';

/** An expression that can be computed, and the library's tree of it for algebra. */
export interface Expression {
  readonly text: string;
  readonly node: MathNode;
  readonly term: Term;
}

/** What an operator of the algebra library says of itself; its own types leave the operands out. */
interface Operator {
  readonly op: string;
  readonly fn: string;
  readonly args: readonly MathNode[];
}

/** Longer ones would take the algebra minutes, and nobody types them. */
const longest = 2000;

/** Functions within functions, or terms in a sum; algebra goes down as deep. */
const deepest = 400;

/**
 * Reads an expression.
 * @param name what the expression is called in messages
 * @param known names that stand for variables, for better messages
 * @throws ConfigError with the place of all that cannot be read
 */
export function readExpression(
  text: string,
  name = 'expression',
  known: readonly string[] = [],
): Expression {
  const problems: Problem[] = [];
  const report: Report = (at, what, remedy) => {
    problems.push({ place: placeIn(text, name, at), what, remedy });
  };
  const read = parseText(text, { text, known, report });
  if (problems.length > 0 || read === null) throw new ConfigError(problems);
  return { text, ...read };
}

/** The place of the first occurrence of a variable, for messages. */
export function placeOfVariable(text: string, variable: string, name = 'expression'): Place {
  return placeIn(text, name, spanOf(text, variable));
}

/** Where something stands in an expression: the first character and how many. */
interface Span {
  readonly index: number;
  readonly length: number;
}

type Report = (at: Span, what: string, remedy?: string) => void;

function placeIn(text: string, file: string, { index, length }: Span): Place {
  return { kind: 'file', file, line: 1, column: index + 1, length, text };
}

function parseText(text: string, context: Context): { node: MathNode; term: Term } | null {
  const { report } = context;
  const whole = { index: 0, length: text.length };
  if (text.trim() === '') {
    report(whole, 'there is no expression', 'write one, such as "x^2 + 3*x"');
    return null;
  }
  if (text.length > longest) {
    report(
      whole,
      `an expression of ${text.length} characters is too long`,
      `use at most ${longest}`,
    );
    return null;
  }
  try {
    const node = parse(text);
    const term = toTerm(node, context);
    if (term === null) return null;
    if (depthOf(term) <= deepest) return { node, term };
    throw new RangeError('too deep');
  } catch (error) {
    if (error instanceof RangeError) {
      report(whole, 'the expression is nested too deeply', 'take a part of it');
      return null;
    }
    if (!(error instanceof SyntaxError)) throw error;
    const found = /^(.*) \(char (\d+)\)$/s.exec(error.message);
    const index = Math.min(text.length, Number(found?.[2] ?? 1) - 1);
    const what = found?.[1] ?? error.message;
    report({ index, length: 1 }, lowerFirst(what), remedyForSyntax(text, index));
    return null;
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function remedyForSyntax(text: string, index: number): string | undefined {
  if (text.slice(Math.max(0, index - 1), index + 1).includes('**')) return 'a power is written a^b';
  if (/[²³⁴-⁹]/u.test(text.charAt(index))) return 'a power is written a^2';
  if (index >= text.length) return 'something is missing at the end';
  return undefined;
}

interface Context {
  readonly text: string;
  /** Whether NaN and Infinity count as numbers, too. */
  readonly anyNumber?: true;
  readonly known: readonly string[];
  readonly report: Report;
}

/** The term for a tree of the algebra library; null after a problem was reported. */
function toTerm(node: MathNode, context: Context): Term | null {
  if (isParenthesisNode(node)) return toTerm(node.content, context);
  if (isSymbolNode(node)) return symbolTerm(node.name, context);
  if (isOperatorNode(node)) return operatorTerm(node, context);
  if (isFunctionNode(node) && isSymbolNode(node.fn)) {
    return functionTerm(node.fn.name, node.args, context);
  }
  if (isConstantNode(node)) {
    const value: unknown = node.value;
    const isNumber = typeof value === 'number' && (Number.isFinite(value) || context.anyNumber);
    if (isNumber === true) return { kind: 'number', value };
    const literal = value === Infinity ? hugeNumberIn(context.text) : undefined;
    if (literal !== undefined) {
      context.report(literal, 'this number is beyond 1.8e308, the largest there is');
      return null;
    }
  }
  reportUnsupported(node, context);
  return null;
}

/** Where a number stands that is written with digits and too large to be one. */
function hugeNumberIn(text: string): Span | undefined {
  for (const { 0: digits, index } of text.matchAll(/[\d.]+(e\+?\d+)?/gi)) {
    if (Number(digits) === Infinity) return { index, length: digits.length };
  }
  return undefined;
}

function symbolTerm(name: string, { text, report }: Context): Term | null {
  const value = constants.get(name);
  if (value !== undefined) return { kind: 'number', value };
  if (functionNames.includes(name)) {
    const at = spanOf(text, name);
    report(at, `'${name}' is a function and needs an argument`, `write ${name}(x)`);
    return null;
  }
  return { kind: 'variable', name };
}

function operatorTerm({ op, fn, args }: Operator, context: Context): Term | null {
  if (fn === 'unaryPlus' && args[0] !== undefined) return toTerm(args[0], context);
  if (!Object.hasOwn(operators, fn)) {
    const at = spanOfText(context.text, op);
    context.report(at, `the operator ${op} has no derivative`, 'the operators are + - * / ^');
    return null;
  }
  return callTerm(fn, args, context);
}

function functionTerm(written: string, args: readonly MathNode[], context: Context): Term | null {
  const { text, known, report } = context;
  const at = spanOf(text, written, '\\s*\\(');
  const name = otherNames.get(written) ?? written;
  const definition = definitions[name];
  const found = functions.get(name);
  if ((found === undefined && definition === undefined) || (name in operators && name !== 'pow')) {
    if (known.includes(written)) {
      report(at, `'${written}' is a variable`, `write ${written}*(...) for a product`);
    } else {
      const near = nearestName(written, functionNames);
      const all = `the functions are ${functionNames.join(', ')}`;
      const remedy = near === undefined ? all : `did you mean '${near}'?`;
      report(at, `there is no function '${written}'`, remedy);
    }
    return null;
  }
  // The only one with an argument that may be left out.
  if (name === 'log' && args.length === 2) return logarithmTerm(args, context);
  const [least, most] = found?.arity ?? [definition?.arity ?? 1, definition?.arity ?? 1];
  if (args.length < least || args.length > most) {
    const takes = most === 1 ? '1 argument' : `${most} arguments`;
    report(at, `'${written}' takes ${takes}, not ${args.length}`);
    return null;
  }
  const call = callTerm(name, args, context);
  if (call === null || definition === undefined) return call;
  return expand(definition.text, 'args' in call ? call.args : []);
}

/** `log(x, base)`, with the natural logarithm of both. */
function logarithmTerm(args: readonly MathNode[], context: Context): Term | null {
  const logs = args.map((arg) => callTerm('log', [arg], context));
  const [a, b] = logs;
  return a && b ? { kind: 'call', name: 'divide', args: [a, b] } : null;
}

function callTerm(name: string, args: readonly MathNode[], context: Context): Term | null {
  const terms = args.map((arg) => toTerm(arg, context));
  const whole = terms.filter((term) => term !== null);
  return whole.length < terms.length ? null : { kind: 'call', name, args: whole };
}

/** A definition with its arguments in the place of `a` and `b`. */
function expand(text: string, args: readonly Term[]): Term {
  const put = (term: Term): Term => {
    if (term.kind === 'number') return term;
    if (term.kind === 'variable') return args[term.name === 'a' ? 0 : 1] ?? term;
    return { ...term, args: term.args.map(put) };
  };
  return put(readExpression(text).term);
}

/** What tells the parts of the language that are not for derivatives, where they stand in the text. */
const foreignParts: Readonly<Record<string, [mark: RegExp, what: string]>> = {
  ArrayNode: [/\[/, 'lists'],
  AccessorNode: [/[.[]/, 'indices'],
  AssignmentNode: [/=/, 'assignments'],
  BlockNode: [/[;\n]/, 'several expressions'],
  ConditionalNode: [/\?/, 'conditions'],
  ConstantNode: [/"|'|true|false|null|undefined|Infinity|NaN|\d/, 'texts and truth values'],
  FunctionAssignmentNode: [/=/, 'definitions of functions'],
  ObjectNode: [/\{/, 'objects'],
  RangeNode: [/:/, 'ranges'],
  RelationalNode: [/[<>=!]/, 'comparisons'],
};

function reportUnsupported(node: MathNode, { text, report }: Context): void {
  const [mark, what] = foreignParts[node.type] ?? [/./, `a ${node.type}`];
  const index = Math.max(0, text.search(mark));
  const remedy = 'an expression is made of numbers, variables, + - * / ^ and functions';
  report({ index, length: 1 }, `${what} cannot be differentiated`, remedy);
}

/** Where a name stands in a text, as a whole word. */
function spanOf(text: string, name: string, behind = ''): Span {
  const word = new RegExp(
    `(?<![\\p{L}_][\\p{L}\\p{N}_]*)${escape(name)}(?![\\p{L}\\p{N}_])${behind}`,
    'u',
  );
  return { index: Math.max(0, text.search(word)), length: name.length };
}

function spanOfText(text: string, words: string): Span {
  return { index: Math.max(0, text.indexOf(words)), length: words.length };
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The term for a tree that the algebra library made of one that was read. */
export function termOf(node: MathNode): Term {
  const text = node.toString();
  const problems: string[] = [];
  const report: Report = (_, what) => problems.push(what);
  const term = toTerm(node, { text, known: [], report, anyNumber: true });
  if (term === null) throw new Error(`cannot compute ${text}: ${problems.join('; ')}`);
  return term;
}
