import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, type Analysis } from './analysis.js';
import { readExpression } from './expression.js';
import { functionNames } from './functions.js';
import { variablesOf } from './term.js';

function at(
  text: string,
  values: Readonly<Record<string, number>>,
  manual: Readonly<Record<string, string>> = {},
): Analysis {
  const written = Object.entries(manual).map(([name, own]) => [name, readExpression(own)] as const);
  const point = new Map(Object.entries(values));
  return analyse(readExpression(text), point, Object.keys(values), new Map(written));
}

/** That the ways which are exact agree, and that differences come near. */
function expectAgreement({ derivatives }: Analysis): void {
  for (const { variable, reverse, forward, symbolic, numerical } of derivatives) {
    const scale = Math.max(1, Math.abs(reverse));
    expect(Math.abs(forward - reverse) / scale, `forward by ${variable}`).toBeLessThan(1e-12);
    expect(Math.abs(symbolic.value - reverse) / scale, `symbolic by ${variable}`).toBeLessThan(
      1e-9,
    );
    const error = Math.abs((numerical.bestCentral?.central ?? NaN) - reverse);
    expect(error / scale, `differences by ${variable}`).toBeLessThan(1e-6);
  }
}

describe('the ways to a derivative', () => {
  it.each<[string, Record<string, number>]>([
    ['log(x1) + x1*x2 - sin(x2)', { x1: 2, x2: 5 }],
    ['(e^(w*x+b)+e^(-(w*x+b)))/(e^(w*x+b)-e^(-(w*x+b)))', { w: 0.5, x: 2, b: 0.1 }],
    ['x*x*x - x*x', { x: 1.5 }],
    ['sin(x)*sin(x) + cos(x)*cos(x)', { x: 0.7 }],
    ['(x + y)^2 / (x + y)', { x: 1, y: 2 }],
    ['x^y + y^x', { x: 1.3, y: 0.4 }],
    ['2^x * log(x, 2)', { x: 3 }],
    ['sigmoid(w2 * sigmoid(w1 * x))', { w1: 0.3, w2: -1.2, x: 2 }],
    ['sqrt(relu(x) + max(x, y) * min(x, y))', { x: 2, y: 1 }],
    ['-x^2 + 3 x', { x: -2 }],
    ['x', { x: 4 }],
    ['0*x + 1', { x: 4 }],
  ])('agree on %s', (text, values) => {
    expectAgreement(at(text, values));
  });

  /** Arguments that most functions are defined for, and those that some want instead. */
  const points: Readonly<Record<string, Record<string, number>>> = { acosh: { a: 1.7 } };

  it.each(functionNames)('agree on the function %s', (name) => {
    const values = points[name] ?? { a: 0.6, b: 0.4 };
    let text = `${name}(a)`;
    try {
      readExpression(text);
    } catch {
      text = `${name}(a, b)`;
    }
    const used = variablesOf(readExpression(text).term);
    const chosen = Object.fromEntries(Object.entries(values).filter(([key]) => used.includes(key)));
    expectAgreement(at(text, chosen));
    // As a part of something larger, and twice.
    expectAgreement(at(`a * ${text} + ${text}^2`, chosen));
  });

  it('agree on expressions of any shape', () => {
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom('x', 'y', '2', '0.5'),
        fc
          .tuple(tie('tree'), fc.constantFrom('+', '-', '*'), tie('tree'))
          .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
        fc
          .tuple(fc.constantFrom('sin', 'cos', 'tanh', 'sigmoid', 'exp(-1) * ', '-'), tie('tree'))
          .map(([name, a]) => `${name}(${a})`),
      ),
    }));
    const run = fc.property(tree, (text) => {
      const { derivatives } = at(`x + y + ${text}`, { x: 0.8, y: -0.3 });
      for (const { reverse, forward, symbolic } of derivatives) {
        const scale = Math.max(1, Math.abs(reverse));
        expect(Math.abs(forward - reverse) / scale).toBeLessThan(1e-12);
        expect(Math.abs(symbolic.value - reverse) / scale).toBeLessThan(1e-9);
      }
    });
    fc.assert(run, { numRuns: 60, seed: 7 });
  });

  it('has differences that are best in between: truncation before, round-off behind', () => {
    const [derivative] = at('log(x1) + x1*x2 - sin(x2)', { x1: 2, x2: 5 }).derivatives;
    const { differences, bestForward, bestCentral } = derivative?.numerical ?? {};
    const errors = differences?.map(({ forward }) => Math.abs(forward - 5.5)) ?? [];
    expect(errors[0] ?? NaN).toBeGreaterThan(1e-3);
    expect(errors.at(-1) ?? NaN).toBeGreaterThan(1e-3);
    expect(bestForward?.h).toBeLessThan(1e-5);
    expect(bestForward?.h).toBeGreaterThan(1e-11);
    // Central differences are exact to one order more, so a larger step is best.
    expect(bestCentral?.h).toBeGreaterThan(bestForward?.h ?? NaN);
  });

  it('leaves differences out that are no numbers', () => {
    const [derivative] = at('log(x)', { x: 1e-4 }).derivatives;
    const { differences = [], bestCentral } = derivative?.numerical ?? {};
    expect(differences[0]?.central).toBeNaN();
    expect(bestCentral?.central).toBeCloseTo(1e4, 3);
  });
});

describe('where there is no derivative', () => {
  it.each([
    ['log(x)', -1, '1/x'],
    ['1/x', 0, '-1/x^2'],
    ['sqrt(x)', 0, '1/(2*sqrt(x))'],
    ['1/(1/x)', 0, '1'],
  ])('confirms nothing: %s at %d', (text, x, own) => {
    const [derivative] = at(text, { x }, { x: own }).derivatives;
    expect(derivative?.exists).toBe(false);
    expect(derivative?.manual?.verdict).toBe('undefined');
    expect(derivative?.numerical.bestCentral).toBeUndefined();
  });

  const breaks: [text: string, x: number, found: object][] = [
    ['abs(x)', 0, { kind: 'kink', ahead: 1, behind: -1 }],
    ['relu(x - 3) + 100*x^2', 3, { kind: 'kink' }],
    ['max(x, 2*x) * 1e-9', 0, { kind: 'kink' }],
    ['sign(x)', 0, { kind: 'jump', by: 2 }],
    ['step(x - 1) + x', 1, { kind: 'jump' }],
  ];
  it.each(breaks)('sees both sides: %s at %d', (text, x, found) => {
    expect(at(text, { x }).derivatives[0]?.breaks).toMatchObject(found);
  });

  it.each([
    ['abs(x)^1.5', 0],
    ['1e6 * x^2', 0],
    ['(1e8 + x^2) - 1e8', 0.3],
    ['sin(1000*x)', 0.1],
    ['x^2', 1e6],
    ['0*x', 1],
    ['softplus(50*x)', 0],
    ['leakyRelu(x)', 1e-2],
  ])('takes no smooth function for broken: %s at %d', (text, x) => {
    expect(at(text, { x }).derivatives[0]).toMatchObject({ exists: true, breaks: null });
  });
});

describe('a derivative by hand', () => {
  const text = 'log(x1) + x1*x2 - sin(x2)';
  const point = { x1: 2, x2: 5 };
  const verdictOf = (own: string) => at(text, point, { x1: own }).derivatives[0]?.manual;

  it('agrees when it is the same function', () => {
    expect(verdictOf('(1 + x1*x2) / x1')).toMatchObject({ verdict: 'agrees', against: null });
  });

  it('is told from one that agrees at the point alone', () => {
    expect(verdictOf('5.5')).toMatchObject({ value: 5.5, verdict: 'here' });
    expect(verdictOf('x2 + x1/4')).toMatchObject({ value: 5.5, verdict: 'here' });
  });

  it('is wrong where it has no value and the function has a derivative', () => {
    const [derivative] = at('x^2', { x: 0 }, { x: '1/x' }).derivatives;
    expect(derivative?.manual).toMatchObject({ verdict: 'differs', against: { automatic: 0 } });
  });

  it('is told from one that is wrong, with both values', () => {
    const manual = verdictOf('x2');
    expect(manual).toMatchObject({ verdict: 'differs', against: { manual: 5, automatic: 5.5 } });
  });
});
