import * as core from '@dltrain/core';
import type { Tensor } from '@dltrain/core';
import type { Chart } from './figure.js';

/** An activation function as it is drawn. */
interface Curve {
  readonly name: string;
  readonly formula: string;
  readonly f: (x: Tensor) => Tensor;
  /** How far to the right it is drawn; 5 where all is to be seen by then. */
  readonly upTo?: number;
}

/** The negative slope of leaky ReLU, larger than usual so that it can be seen. */
const slope = 0.1;
/** The first value of PReLU's parameter. */
const first = 0.25;

const curves: readonly Curve[] = [
  { name: 'identity', formula: 'x', f: core.identity },
  { name: 'step', formula: '1 if x > 0, else 0', f: (x) => core.step(x) },
  { name: 'sigmoid', formula: '1 / (1 + e^-x)', f: core.sigmoid },
  { name: 'tanh', formula: '(e^x - e^-x) / (e^x + e^-x)', f: core.tanh },
  { name: 'softsign', formula: 'x / (1 + |x|)', f: core.softsign },
  { name: 'relu', formula: 'max(0, x)', f: core.relu },
  {
    name: 'leakyRelu',
    formula: `x if x > 0, else ${slope} x`,
    f: (x) => core.leakyRelu(x, { negativeSlope: slope }),
  },
  { name: 'prelu', formula: `x if x > 0, else a x; a = ${first}`, f: (x) => preluOf(x).value },
  { name: 'relu6', formula: 'min(max(0, x), 6)', f: core.relu6, upTo: 10 },
  { name: 'hardtanh', formula: 'min(max(-1, x), 1)', f: (x) => core.hardtanh(x) },
  { name: 'hardsigmoid', formula: 'min(max(0, x / 6 + 1/2), 1)', f: core.hardsigmoid },
  { name: 'hardswish', formula: 'x hardsigmoid(x)', f: core.hardswish },
  { name: 'softplus', formula: 'log(1 + e^x)', f: (x) => core.softplus(x) },
  { name: 'logSigmoid', formula: '-log(1 + e^-x)', f: core.logSigmoid },
  { name: 'elu', formula: 'x if x > 0, else e^x - 1', f: (x) => core.elu(x) },
  {
    name: 'celu',
    formula: 'x if x > 0, else 2 (e^(x/2) - 1)',
    f: (x) => core.celu(x, { alpha: 2 }),
  },
  { name: 'selu', formula: '1.0507 (x, or 1.6733 (e^x - 1))', f: core.selu },
  { name: 'gelu', formula: 'x P(Z < x), Z normal', f: (x) => core.gelu(x) },
  {
    name: 'gelu, tanh form',
    formula: 'x (1 + tanh(0.80 (x + 0.045 x^3))) / 2',
    f: (x) => core.gelu(x, { approximate: 'tanh' }),
  },
  { name: 'silu', formula: 'x sigmoid(x)', f: core.silu },
  { name: 'mish', formula: 'x tanh(softplus(x))', f: core.mish },
  { name: 'sinc', formula: 'sin(pi x) / (pi x), 1 at 0', f: core.sinc },
  { name: 'softmax', formula: 'e^x / (e^x + 1), of [x, 0]', f: (x) => ofPair(x, core.softmax) },
  {
    name: 'logSoftmax',
    formula: 'x - log(e^x + 1), of [x, 0]',
    f: (x) => ofPair(x, core.logSoftmax),
  },
];

/** What a function of rows gives first for each pair of x and 0. */
function ofPair(x: Tensor, f: (rows: Tensor, axis: number) => Tensor): Tensor {
  return core.narrow(f(core.stack([x, core.zerosLike(x)], 1), 1), 1, 0, 1);
}

/** A parameter for each point, so that each has a derivative by it. */
function preluOf(x: Tensor): { value: Tensor; a: Tensor } {
  const a = core.full([x.size], first, { dtype: 'f64', requiresGrad: true });
  return { value: core.prelu(x.reshape([1, x.size]), a), a };
}

const low = -5;
const pointsPerUnit = 40;

/** A chart for each activation function: its values, and its derivative as autodiff computes it. */
export function activationCharts(): Chart[] {
  return curves.map(({ name, formula, f, upTo = 5 }) => {
    const points = (upTo - low) * pointsPerUnit + 1;
    const x = core.linspace(low, upTo, points, { dtype: 'f64' });
    x.requiresGrad = true;
    const value = f(x);
    const at = x.toArray();
    const series = [
      { label: 'value', x: at, y: value.toArray() },
      { label: 'derivative by x', x: at, y: derivativeOf(value, x) },
    ];
    if (name === 'prelu') {
      const { value: again, a } = preluOf(x);
      series.push({ label: 'derivative by a', x: at, y: derivativeOf(again, a) });
    }
    return { title: name, subtitle: formula, x: { domain: [low, upTo] }, series };
  });
}

/** The derivative of each value by its own element of x. */
function derivativeOf(value: Tensor, x: Tensor) {
  const [derivative = x] = core.gradientsOf(value, [x], { seed: core.onesLike(value) });
  return derivative.toArray();
}
