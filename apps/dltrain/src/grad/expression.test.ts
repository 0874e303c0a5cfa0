import { describe, expect, it } from 'vitest';
import { ConfigError } from '../config/problem.js';
import { readExpression } from './expression.js';

/** Column, what is wrong, remedy. */
function problemsOf(text: string, known: readonly string[] = []) {
  try {
    readExpression(text, 'expression', known);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ place, what, remedy }) => {
      const at = place.kind === 'file' ? [place.column, place.length] : [];
      return [...at, what, remedy];
    });
  }
  return [];
}

describe('readExpression', () => {
  it.each([
    ['x1 + sni(x2)', 6, 3, "there is no function 'sni'", "did you mean 'sin'?"],
    ['sqr(x)', 1, 3, "there is no function 'sqr'", "did you mean 'sqrt'?"],
    ['sin x', 1, 3, "'sin' is a function and needs an argument", 'write sin(x)'],
    ['x1(2+3)', 1, 2, "'x1' is a variable", 'write x1*(...) for a product'],
    ['2 + x **2', 8, 1, 'value expected', 'a power is written a^b'],
    ['x²', 2, 1, 'syntax error in part "²"', 'a power is written a^2'],
    ['(x', 3, 1, 'parenthesis ) expected', 'something is missing at the end'],
    ['exp(x, y)', 1, 3, "'exp' takes 1 argument, not 2", undefined],
    ['max(x)', 1, 3, "'max' takes 2 arguments, not 1", undefined],
    ['x > 3', 3, 1, 'the operator > has no derivative', 'the operators are + - * / ^'],
    ['  ', 1, 1, 'there is no expression', 'write one, such as "x^2 + 3*x"'],
  ])('tells what is wrong with %j, and where', (text, ...expected) => {
    const [problem = []] = problemsOf(text, ['x1']);
    // Of an empty expression there is nothing to underline.
    expect([problem[0], Math.min(3, Number(problem[1])), ...problem.slice(2)]).toEqual(
      text.trim() === '' ? [1, 2, ...expected.slice(2)] : expected,
    );
  });

  it.each([
    '[1, 2]*x',
    'x ? 1 : 2',
    'y = x',
    'f(x) = x',
    'x; y',
    'a.b',
    '"s"',
    '{a: 1}',
    'true',
    '1:x',
  ])('refuses %j, which is no function of numbers', (text) => {
    expect(problemsOf(text)).toHaveLength(1);
  });

  it('names all that is wrong at once', () => {
    expect(problemsOf('foo1(x) + cosh1(y) + bar1(z)')).toHaveLength(3);
  });

  it('takes expressions that are too deep or too long for an answer', () => {
    expect(problemsOf(`${'-'.repeat(1900)}x`)[0]?.[2]).toContain('nested too deeply');
    expect(problemsOf(`${'('.repeat(900)}x${')'.repeat(900)}`)[0]?.[2]).toContain('too deeply');
    expect(problemsOf(`x${'+x'.repeat(1500)}`)[0]?.[2]).toContain('too long');
  });

  it('knows names that objects have as names of nothing', () => {
    expect(problemsOf('constructor(x)')[0]?.[2]).toBe("there is no function 'constructor'");
    expect(readExpression('toString + __proto__').term).toMatchObject({ kind: 'call' });
  });

  it('reads products without a sign, and powers from the right', () => {
    const term = (text: string) => readExpression(text).term;
    expect(term('2x y')).toEqual(term('2*x*y'));
    expect(term('2^x^y')).toEqual(term('2^(x^y)'));
    expect(term('-x^2')).toEqual(term('-(x^2)'));
  });
});
