import * as core from '@dltrain/core';
import {
  gradientsOf,
  linspace,
  logSoftmax,
  narrow,
  softmax,
  stack,
  zerosLike,
} from '@dltrain/core';
import type { Tensor } from '@dltrain/core';
import type { Chart } from './figure.js';

/** An activation function as it is drawn. */
interface Curve {
  readonly name: string;
  readonly formula: string;
  readonly f: (x: Tensor) => Tensor;
}

const curves: readonly Curve[] = [
  { name: 'identity', formula: 'x', f: (x) => x.clone() },
  { name: 'sigmoid', formula: '1 / (1 + e^-x)', f: core.sigmoid },
  { name: 'tanh', formula: '(e^x - e^-x) / (e^x + e^-x)', f: core.tanh },
  { name: 'relu', formula: 'max(0, x)', f: core.relu },
  {
    name: 'softmax',
    formula: 'e^x / (e^x + e^0), of [x, 0]',
    f: (x) => firstOfPair(x, softmax),
  },
  {
    name: 'logSoftmax',
    formula: 'log softmax, of [x, 0]',
    f: (x) => firstOfPair(x, logSoftmax),
  },
];

/** What a function of rows gives first for each pair of x and 0. */
function firstOfPair(x: Tensor, f: (rows: Tensor, axis: number) => Tensor): Tensor {
  return narrow(f(stack([x, zerosLike(x)], 1), 1), 1, 0, 1);
}

const points = 201;
const [low, high] = [-5, 5];

/**
 * A chart for each activation function: its values, and its derivative as autodiff computes it.
 */
export function activationCharts(): Chart[] {
  return curves.map(({ name, formula, f }) => {
    const x = linspace(low, high, points, { dtype: 'f64' });
    x.requiresGrad = true;
    const y = f(x);
    const [derivative = x] = gradientsOf(y, [x], { seed: core.onesLike(y), retainGraph: true });
    const at = x.toArray();
    return {
      title: name,
      subtitle: formula,
      x: { domain: [low, high] },
      series: [
        { label: 'value', x: at, y: y.toArray() },
        { label: 'derivative', x: at, y: derivative.toArray() },
      ],
    };
  });
}
