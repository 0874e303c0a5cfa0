import { describe, expect, it } from 'vitest';
import { DltrainError } from '@dltrain/core';
import { grad, type GradFlags } from './grad.js';

async function messageOf(words: readonly string[], flags: GradFlags): Promise<string> {
  try {
    await grad(words, flags);
  } catch (error) {
    if (error instanceof DltrainError) return error.message;
    throw error;
  }
  return '';
}

describe('grad', () => {
  const mistakes: [what: string, words: string[], said: RegExp, flags?: GradFlags][] = [
    ['a value too many', ['x', 'x=1', 'y=2'], /y=2: error: 'y' is not in the expression/],
    ['a value that is none', ['x', 'x=two'], /value of x:1:1: error: a value is a number/],
    ['a value without end', ['x', 'x=1/0'], /the value is Infinity/],
    ['a number by name', ['e*x', 'x=1', 'e=2'], /'e' is a number already/],
    ['a number too large', ['x', 'x=1e400'], /value of x:1:1: error: .* beyond 1\.8e308/],
    ['two values', ['x', 'x=3', 'x=4'], /x has two values, x=3 and then x=4/],
    ['spaces', ['x^2', 'x', '=', '3'], /write x=3 without spaces/],
    ['a space before', ['x^2', 'x', '=3'], /write x=3 without spaces/],
    ['a space behind', ['x^2', 'x=', '3'], /write x=3 without spaces/],
    ['no variable', ['1 + 2'], /no variable to differentiate by/],
    ['two expressions', ['x', 'x^2', 'x=1'], /'x' and 'x\^2' were given/],
    ['another variable', ['rate', 'rate=1'], /did you mean 'rate'/, { wrt: 'rat' }],
    ['a derivative by nothing', ['x', 'x=1'], /write --manual dx=/, { manual: ['dz=1'] }],
    ['one by another', ['x*y', 'x=1', 'y=1'], /by x; write/, { wrt: 'x', manual: ['dy=x'] }],
    ['a broken derivative', ['x', 'x=1'], /manual dx:1:1: error: 'y' has no/, { manual: ['dx=y'] }],
  ];

  it.each(mistakes)('explains %s', async (_, words, said, flags = {}) => {
    expect(await messageOf(words, flags)).toMatch(said);
  });
});
