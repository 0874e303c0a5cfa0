import { describe, expect, it } from 'vitest';
import { evaluate } from './compute.js';
import { readExpression, termOf } from './expression.js';
import { differentiate, sizeOf, textOf } from './symbolic.js';

function derivativeOf(text: string, variable: string) {
  const { raw, simplified } = differentiate(readExpression(text).node, variable);
  return { raw, simplified: simplified ?? raw };
}

describe('a symbolic derivative', () => {
  it.each([
    ['log(x1) + x1*x2 - sin(x2)', 'x1', '1 / x1 + x2'],
    ['ln(x)', 'x', '1 / x'],
    ['x^3', 'x', '3 * x ^ 2'],
    ['log(x) * x', 'x', 'ln(x) + 1'],
    ['y', 'x', '0'],
    ['x*x*x*x*x*x*x*x*x*x*x*x', 'x', '12 * x ^ 11'],
    ['relu(x)', 'x', 'step(x)'],
    ['erf(x^2)', 'x', '4 * exp(-x ^ 4) * x / sqrt(pi)'],
    ['sigmoid(2*x)', 'x', '2 * (sigmoid(2 * x) - sigmoid(2 * x) ^ 2)'],
  ])('of %s by %s is %s', (text, variable, expected) => {
    expect(textOf(derivativeOf(text, variable).simplified)).toBe(expected);
  });

  it('swells, and more the more often a product is nested', () => {
    const text = '(e^(w*x+b)+e^(-(w*x+b)))/(e^(w*x+b)-e^(-(w*x+b)))';
    const { raw, simplified } = derivativeOf(text, 'w');
    expect(sizeOf(readExpression(text).node)).toBe(33);
    expect(sizeOf(raw)).toBeGreaterThan(100);
    expect(sizeOf(simplified)).toBeLessThan(sizeOf(raw) / 2);
    expect(sizeOf(simplified)).toBeGreaterThan(33);
  });

  it('is not simplified by rules that hold for positive numbers alone', () => {
    const { simplified } = derivativeOf('(x^2)^(1/2)', 'x');
    expect(evaluate(termOf(simplified), new Map([['x', -3]]))[0]).toBeCloseTo(-1, 12);
  });

  it('is left as it is where simplifying it would take long', () => {
    const text = Array.from({ length: 60 }, (_, i) => `sin(x*${i + 1})`).join('*');
    expect(differentiate(readExpression(text).node, 'x').simplified).toBeNull();
  });
});
