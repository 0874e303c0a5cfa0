import { describe, expect, it } from 'vitest';
import { UsageError } from './usage-error.js';
import { shellWords, splitWords, withVerb } from './words.js';

const verbs = ['train', 'validate', 'eval'];

describe('withVerb', () => {
  it.each([
    [['c.yaml'], ['train', 'c.yaml']],
    [
      ['c.yaml', 'eval=1'],
      ['train', 'c.yaml', 'eval=1'],
    ],
    [
      ['seed=3', '--json', 'c.yaml'],
      ['train', 'seed=3', '--json', 'c.yaml'],
    ],
    [
      ['--workers', '2', 'validate', 'c.yaml'],
      ['validate', '--workers', '2', 'c.yaml'],
    ],
    [
      ['--json', 'train', 'c.yaml'],
      ['train', '--json', 'c.yaml'],
    ],
    [
      ['validate', 'train'],
      ['validate', 'train'],
    ],
    [
      ['--resume', 'runs/net', 'c.yaml'],
      ['train', '--resume', 'runs/net', 'c.yaml'],
    ],
    [['--help'], ['--help']],
    [[], ['train']],
  ])('reads %j', (argv, expected) => {
    expect(withVerb(argv, verbs)).toEqual(expected);
  });

  it('suggests the verb that was meant', () => {
    expect(() => withVerb(['evla', 'runs/x'], verbs)).toThrow("did you mean 'eval'");
    expect(() => withVerb(['something'], verbs)).toThrow('the commands are train, validate, eval');
  });
});

describe('splitWords', () => {
  it('finds one config among the overrides', () => {
    expect(splitWords(['a=1', 'c.yaml', 'b.c=x y'])).toEqual({
      file: 'c.yaml',
      overrides: ['a=1', 'b.c=x y'],
    });
  });

  it('wants exactly one', () => {
    expect(() => splitWords(['a=1'])).toThrow(UsageError);
    expect(() => splitWords(['a.yaml', 'b.yaml'])).toThrow("'a.yaml' and 'b.yaml'");
  });
});

describe('shellWords', () => {
  it('puts in quotes what a shell would change', () => {
    expect(shellWords(['dltrain', 'a b.yaml', 'optimizer={type: sgd}', "it's", 'lr=1e-3'])).toBe(
      `dltrain 'a b.yaml' 'optimizer={type: sgd}' 'it'\\''s' lr=1e-3`,
    );
  });
});
