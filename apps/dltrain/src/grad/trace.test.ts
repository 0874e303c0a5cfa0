import { describe, expect, it } from 'vitest';
import { readExpression } from './expression.js';
import { traceTerm, type Trace } from './trace.js';

function traceOf(text: string, values: Readonly<Record<string, number>>): Trace {
  const point = new Map(Object.entries(values));
  return traceTerm(readExpression(text).term, point, [...point.keys()]);
}

describe('the trace of ln x1 + x1 x2 - sin x2 at (2, 5)', () => {
  const trace = traceOf('log(x1) + x1*x2 - sin(x2)', { x1: 2, x2: 5 });
  const steps = [...trace.variables, ...trace.calls];
  const columns = (read: (step: (typeof steps)[number]) => number) =>
    steps.map((step) => Number(read(step).toFixed(3)));

  it('has the lines that one writes by hand', () => {
    expect(steps.map(({ name, label }) => `${name} = ${label}`)).toEqual([
      'v-1 = x1',
      'v0 = x2',
      'v1 = ln(x1)',
      'v2 = x1 * x2',
      'v3 = sin(x2)',
      'v4 = v1 + v2',
      'v5 = v4 - v3',
    ]);
    expect(steps.map(({ op }) => op)).toEqual([null, null, 'log', 'mul', 'sin', 'add', 'sub']);
    expect(columns(({ value }) => value)).toEqual([2, 5, 0.693, 10, -0.959, 10.693, 11.652]);
  });

  it('has tangents by each variable', () => {
    const tangent = (name: string) => columns(({ tangents }) => tangents.get(name) ?? NaN);
    expect(tangent('x1')).toEqual([1, 0, 0.5, 5, 0, 5.5, 5.5]);
    expect(tangent('x2')).toEqual([0, 1, 0, 2, 0.284, 2, 1.716]);
  });

  it('has every adjoint, from one sweep', () => {
    expect(columns(({ adjoint }) => adjoint)).toEqual([5.5, 1.716, 1, 1, -1, 1, 1]);
  });

  it('adds adjoints up over all paths, in the order of the sweep', () => {
    const lines = trace.contributions.map(
      ({ from, to, share, sum }) =>
        `${from.name} to ${to.label}: ${share.toFixed(3)}, ${sum.toFixed(3)}`,
    );
    expect(lines).toEqual([
      'v5 to v1 + v2: 1.000, 1.000',
      'v5 to sin(x2): -1.000, -1.000',
      'v4 to ln(x1): 1.000, 1.000',
      'v4 to x1 * x2: 1.000, 1.000',
      'v3 to x2: -0.284, -0.284',
      'v2 to x1: 5.000, 5.000',
      'v2 to x2: 2.000, 1.716',
      'v1 to x1: 0.500, 5.500',
    ]);
  });
});

describe('a trace', () => {
  it.each<[string, Record<string, number>]>([
    ['(e^(w*x+b)+e^(-(w*x+b)))/(e^(w*x+b)-e^(-(w*x+b)))', { w: 0.5, x: 2, b: 0.1 }],
    ['x*x + x*x*x', { x: 3 }],
    ['tanh(x + y) * sigmoid(x - y) / (x^2 + 1)', { x: 0.3, y: 0.9 }],
  ])('sums shares to the adjoints of the sweep, to the bit: %s', (text, values) => {
    const { variables, calls, contributions } = traceOf(text, values);
    for (const step of [...variables, ...calls.slice(0, -1)]) {
      const last = contributions.filter(({ to }) => to === step).at(-1);
      expect(last?.sum).toBe(step.adjoint);
    }
  });

  it('computes what is written twice once, and uses it twice', () => {
    const { calls, contributions } = traceOf('sin(x*y) + exp(x*y)', { x: 1, y: 2 });
    expect(calls.map(({ label }) => label)).toEqual(['x * y', 'sin(v1)', 'exp(v1)', 'v2 + v3']);
    expect(contributions.filter(({ to }) => to.label === 'x * y')).toHaveLength(2);
  });

  it('computes numbers beforehand', () => {
    const { calls } = traceOf('2*3*x + sqrt(16)', { x: 1 });
    expect(calls.map(({ label }) => label)).toEqual(['6 * x', 'v1 + 4']);
  });

  it('writes operators between what they take', () => {
    const { calls } = traceOf('-(x^2) + x^(-1) - e^x * x / pi', { x: 2 });
    expect(calls.map(({ label }) => label)).toEqual([
      'x^2',
      'x^(-1)',
      'exp(x)',
      '-v1',
      'v3 * x',
      'v4 + v2',
      'v5 / pi',
      'v6 - v7',
    ]);
  });

  it('is of the variable alone where nothing is computed', () => {
    const { calls, variables, value } = traceOf('x', { x: 4 });
    expect({ calls, value, adjoint: variables[0]?.adjoint }).toEqual({
      calls: [],
      value: 4,
      adjoint: 1,
    });
  });

  it('calls steps otherwise where a variable has their name', () => {
    const { variables, calls } = traceOf('v1*v2', { v1: 1, v2: 2 });
    expect([...variables, ...calls].map(({ name }) => name)).toEqual(['u-1', 'u0', 'u1']);
  });
});
