import { describe, expect, it } from 'vitest';
import { isSecondNode } from '../support/second-node.js';
import { manualSeed, tensor } from 'dltrain';
import { DynamicPolynomial } from '../../examples/lecture/dynamic-polynomial.js';
import { fitByHand } from '../../examples/lecture/polynomial-by-hand.js';
import { lectureProgram, numbersIn } from '../support/lecture.js';

/** The cubic that is nearest to sin on [-pi, pi] in the least squares. */
const nearest = { a: 0, b: 0.857, c: 0, d: -0.0933 };

/** The lines of loss, and the coefficients in the last line. */
async function runToTheEnd(name: string) {
  const lines = await lectureProgram(name);
  const formula = lines.at(-1) ?? '';
  const losses = lines.filter((line) => /^ *\d+ +[\d.]+$/.test(line)).map(numbersIn);
  const [a = NaN, b = NaN, c = NaN, d = NaN, e = NaN] = (
    formula.match(/-?\d+\.\d+(?:e-?\d+)?/g) ?? []
  ).map(Number);
  return { losses, formula, a, b, c, d, e };
}

describe('the polynomial fitted by hand', () => {
  it('comes near to the best cubic in the 2,000 steps of the lecture', async () => {
    const { losses, formula, a, b, c, d } = await runToTheEnd('polynomial-by-hand.js');
    expect(losses.map(([step]) => step)).toEqual(
      Array.from({ length: 20 }, (_, i) => 100 * (i + 1)),
    );
    losses.forEach(([, loss = NaN], i) => {
      expect(loss).toBeLessThan(losses[i - 1]?.[1] ?? Infinity);
    });
    expect(losses.at(-1)?.[1]).toBeLessThan(12);
    expect(formula).toMatch(/^y = \S+ \+ \S+ x \+ \S+ x\^2 \+ \S+ x\^3$/);
    expect(Math.abs(a - nearest.a)).toBeLessThan(0.05);
    expect(Math.abs(b - nearest.b)).toBeLessThan(0.05);
    expect(Math.abs(c - nearest.c)).toBeLessThan(0.01);
    expect(Math.abs(d - nearest.d)).toBeLessThan(0.006);
  });

  it('reaches it in more', () => {
    const { a, b, c, d } = fitByHand({ steps: 8000 });
    expect(a).toBeCloseTo(nearest.a, 3);
    expect(b).toBeCloseTo(nearest.b, 3);
    expect(c).toBeCloseTo(nearest.c, 3);
    expect(d).toBeCloseTo(nearest.d, 3);
  });
});

describe('the dynamic polynomial', () => {
  it('adds nothing, e x^4, or e x^4 + e x^5, a third each, by one parameter', () => {
    manualSeed(1);
    const model = new DynamicPolynomial();
    for (const [name, parameter] of model.namedParameters()) {
      parameter.assign(tensor(name === 'e' ? 1 : 0));
    }
    const counts = new Map<number, number>();
    const gradients = new Map<number, number | null>();
    for (let i = 0; i < 600; i++) {
      model.zeroGrad();
      const y = model.forward(tensor(2));
      const value = y.item();
      y.backward();
      counts.set(value, (counts.get(value) ?? 0) + 1);
      gradients.set(value, model.e.grad?.item() ?? null);
    }
    expect([...counts.keys()].sort((p, q) => p - q)).toEqual([0, 16, 48]);
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(50);
    // Without e there is no gradient; with both powers there is the sum over both uses.
    expect(Object.fromEntries(gradients)).toEqual({ 0: null, 16: 16, 48: 48 });
  });

  it.skipIf(isSecondNode)('learns sin in the 30,000 steps of the lecture', async () => {
    const { losses, formula, a, b, c, d, e } = await runToTheEnd('dynamic-polynomial.js');
    const steps = Array.from({ length: 15 }, (_, i) => 2000 * (i + 1));
    expect(losses.map(([step]) => step)).toEqual(steps);
    expect(losses.at(-1)?.[1]).toBeLessThan(12);
    expect(formula).toMatch(/ x\^3 \+ (\S+) x\^4 \? \+ \1 x\^5 \?$/);
    expect(Math.abs(a - nearest.a)).toBeLessThan(0.05);
    expect(Math.abs(b - nearest.b)).toBeLessThan(0.02);
    expect(Math.abs(c - nearest.c)).toBeLessThan(0.02);
    expect(Math.abs(d - nearest.d)).toBeLessThan(0.005);
    expect(Math.abs(e)).toBeLessThan(0.002);
  });
});
