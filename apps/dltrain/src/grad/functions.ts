import {
  abs,
  add,
  cos,
  div,
  exp,
  expm1,
  log,
  log1p,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  relu,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  sub,
  tanh,
  tensor,
  type Operand,
  type Tensor,
} from '@dltrain/core';

/** A function that expressions may call, computed by ops of tensors. */
export interface TensorFunction {
  /** How many arguments it takes, at least and at most. */
  readonly arity: readonly [least: number, most: number];
  readonly run: (args: readonly Operand[]) => Tensor;
  /** Its derivative by each argument `a`, `b`, where the algebra library has none (or another at a kink). */
  readonly partials?: readonly string[];
}

/** A number as a constant tensor of full precision. */
export function constant(value: Operand): Tensor {
  return typeof value === 'number' ? tensor(value, { dtype: 'f64' }) : value;
}

function one(f: (x: Tensor) => Tensor, ...partials: string[]): TensorFunction {
  const run = ([x = NaN]: readonly Operand[]) => f(constant(x));
  return { arity: [1, 1], run, ...(partials.length > 0 ? { partials } : {}) };
}

function two(f: (a: Operand, b: Operand) => Tensor, ...partials: string[]): TensorFunction {
  const run = ([a = NaN, b = NaN]: readonly Operand[]) => f(a, b);
  return { arity: [2, 2], run, ...(partials.length > 0 ? { partials } : {}) };
}

/** `e^b` is the exponential function, whose derivative needs no logarithm of the base. */
function power(a: Operand, b: Operand): Tensor {
  return a === Math.E ? exp(constant(b)) : pow(a, b);
}

/** The operators, by the names under which they are called. */
export const operators = {
  add: two(add),
  subtract: two(sub),
  multiply: two(mul),
  divide: two(div),
  pow: two(power),
  unaryMinus: one(neg),
} as const;

/** Functions that are ops of tensors. At kinks their derivatives are the library's. */
const primitives: Readonly<Record<string, TensorFunction>> = {
  abs: one(abs, 'sign(a)'),
  cos: one(cos),
  exp: one(exp),
  expm1: one(expm1, 'exp(a)'),
  log: one(log),
  log1p: one(log1p, '1 / (1 + a)'),
  max: two(maximum, '(1 + sign(a - b)) / 2', '(1 + sign(b - a)) / 2'),
  min: two(minimum, '(1 + sign(b - a)) / 2', '(1 + sign(a - b)) / 2'),
  pow: two(power),
  relu: one(relu, 'max(sign(a), 0)'),
  sigmoid: one(sigmoid, 'sigmoid(a) * (1 - sigmoid(a))'),
  sign: one(sign, '0'),
  sin: one(sin),
  sqrt: one(sqrt),
  square: one(square, '2 * a'),
  tanh: one(tanh, '1 - tanh(a) ^ 2'),
};

/** Functions that are written in others; the algebra library knows their derivatives. */
export const definitions: Readonly<Record<string, { arity: number; text: string }>> = {
  cot: { arity: 1, text: 'cos(a) / sin(a)' },
  csc: { arity: 1, text: '1 / sin(a)' },
};

export const functions: ReadonlyMap<string, TensorFunction> = new Map([
  ...Object.entries(operators),
  ...Object.entries(primitives),
]);

/** Other names of functions. */
export const otherNames: ReadonlyMap<string, string> = new Map([['ln', 'log']]);

/** Everything that may be called by name. */
export const functionNames: readonly string[] = [
  ...Object.keys(primitives),
  ...Object.keys(definitions),
  ...otherNames.keys(),
].sort();

/** Numbers that go by a name. */
export const constants: ReadonlyMap<string, number> = new Map([
  ['e', Math.E],
  ['pi', Math.PI],
  ['tau', 2 * Math.PI],
]);
