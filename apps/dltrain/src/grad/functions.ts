import {
  abs,
  acos,
  acosh,
  add,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cos,
  cosh,
  div,
  elu,
  erf,
  exp,
  exp2,
  expm1,
  gelu,
  leakyRelu,
  log,
  log10,
  log1p,
  log2,
  logSigmoid,
  logaddexp,
  maximum,
  minimum,
  mish,
  mul,
  neg,
  pow,
  reciprocal,
  relu,
  rsqrt,
  sigmoid,
  sign,
  silu,
  sin,
  sinc,
  sinh,
  softplus,
  softsign,
  sqrt,
  square,
  step,
  sub,
  tan,
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
  acos: one(acos),
  acosh: one(acosh),
  asin: one(asin),
  asinh: one(asinh),
  atan: one(atan),
  atan2: two(atan2, 'b / (a^2 + b^2)', '-a / (a^2 + b^2)'),
  atanh: one(atanh),
  cos: one(cos),
  cosh: one(cosh),
  elu: one((x) => elu(x), 'min(exp(a), 1)'),
  erf: one(erf, '2 / sqrt(pi) * exp(-a^2)'),
  exp: one(exp),
  exp2: one(exp2, 'exp2(a) * log(2)'),
  expm1: one(expm1, 'exp(a)'),
  gelu: one((x) => gelu(x), '(1 + erf(a / sqrt(2))) / 2 + a * exp(-a^2 / 2) / sqrt(2 * pi)'),
  leakyRelu: one((x) => leakyRelu(x), '0.01 + 0.99 * step(a)'),
  log: one(log),
  log10: one(log10),
  log1p: one(log1p, '1 / (1 + a)'),
  log2: one(log2, '1 / (a * log(2))'),
  logSigmoid: one(logSigmoid, 'sigmoid(-a)'),
  logaddexp: two(logaddexp, 'sigmoid(a - b)', 'sigmoid(b - a)'),
  max: two(maximum, '(1 + sign(a - b)) / 2', '(1 + sign(b - a)) / 2'),
  min: two(minimum, '(1 + sign(b - a)) / 2', '(1 + sign(a - b)) / 2'),
  mish: one(mish, 'tanh(softplus(a)) + a * sigmoid(a) * (1 - tanh(softplus(a))^2)'),
  pow: two(power),
  reciprocal: one(reciprocal, '-1 / a^2'),
  relu: one(relu, 'step(a)'),
  rsqrt: one(rsqrt, '-1 / (2 * a * sqrt(a))'),
  sigmoid: one(sigmoid, 'sigmoid(a) * (1 - sigmoid(a))'),
  sign: one(sign, '0'),
  silu: one(silu, 'sigmoid(a) * (1 + a * (1 - sigmoid(a)))'),
  sin: one(sin),
  sinc: one(sinc, '(cos(pi * a) - sinc(a)) / a'),
  sinh: one(sinh),
  softplus: one((x) => softplus(x), 'sigmoid(a)'),
  softsign: one(softsign, '1 / (1 + abs(a))^2'),
  sqrt: one(sqrt),
  square: one(square, '2 * a'),
  step: one(step, '0'),
  tan: one(tan),
  tanh: one(tanh, '1 - tanh(a)^2'),
};

/** Functions that are written in others; the algebra library knows their derivatives. */
export const definitions: Readonly<Record<string, { arity: number; text: string }>> = {
  cot: { arity: 1, text: 'cos(a) / sin(a)' },
  coth: { arity: 1, text: 'cosh(a) / sinh(a)' },
  csc: { arity: 1, text: '1 / sin(a)' },
  csch: { arity: 1, text: '1 / sinh(a)' },
  sec: { arity: 1, text: '1 / cos(a)' },
  sech: { arity: 1, text: '1 / cosh(a)' },
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
