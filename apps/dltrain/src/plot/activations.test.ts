import { describe, expect, it } from 'vitest';
import { activationCharts } from './activations.js';

/** The value and the derivative of a function at a point of its chart. */
function at(name: string, x: number, series = 1): [value: number, derivative: number] {
  const chart = activationCharts().find(({ title }) => title === name);
  const [values, derivatives] = [chart?.series[0], chart?.series[series]];
  const index = Array.from(values?.x ?? []).findIndex((place) => Math.abs(place - x) < 1e-9);
  return [values?.y[index] ?? NaN, derivatives?.y[index] ?? NaN];
}

describe('activationCharts', () => {
  it.each<[name: string, x: number, value: number, derivative: number]>([
    ['identity', 2, 2, 1],
    ['step', 1, 1, 0],
    ['sigmoid', 0, 0.5, 0.25],
    ['tanh', 0, 0, 1],
    ['softsign', 1, 0.5, 0.25],
    ['relu', 0, 0, 0],
    ['leakyRelu', -2, -0.2, 0.1],
    ['prelu', -2, -0.5, 0.25],
    ['relu6', 8, 6, 0],
    ['elu', -1, Math.exp(-1) - 1, Math.exp(-1)],
    ['softplus', 0, Math.log(2), 0.5],
    ['logSigmoid', 0, -Math.log(2), 0.5],
    ['gelu', 0, 0, 0.5],
    ['silu', 0, 0, 0.5],
    ['sinc', 0, 1, 0],
    ['softmax', 0, 0.5, 0.25],
    ['logSoftmax', 0, -Math.log(2), 0.5],
  ])('%s at %d is %d, its derivative %d', (name, x, value, derivative) => {
    const [foundValue, foundDerivative] = at(name, x);
    expect(foundValue).toBeCloseTo(value, 12);
    expect(foundDerivative).toBeCloseTo(derivative, 12);
  });

  it('shows the derivative of prelu by its parameter', () => {
    expect(at('prelu', -2, 2)[1]).toBe(-2);
    expect(at('prelu', 2, 2)[1]).toBe(0);
  });
});
