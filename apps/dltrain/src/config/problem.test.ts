import { describe, expect, it } from 'vitest';
import { ConfigError, renderProblems } from './problem.js';
import type { Place } from './problem.js';

function at(line: number, column: number, text: string, length = 1): Place {
  return { kind: 'file', file: 'c.yaml', line, column, length, text };
}

describe('renderProblems', () => {
  it('shows place, line, caret and remedy', () => {
    const place = at(3, 9, '  seed:\t-1 # x', 2);
    expect(renderProblems([{ place, what: 'it is bad', remedy: 'make it good' }])).toBe(
      [
        'c.yaml:3:9: error: it is bad',
        '    3 |   seed:\t-1 # x',
        '      |        \t^^',
        '      = make it good',
      ].join('\n'),
    );
  });

  it('shows only a stretch of a very long line, with the caret under the right character', () => {
    const text = `${'a'.repeat(5000)}X${'b'.repeat(5000)}`;
    const [, excerpt = '', carets = ''] = renderProblems([
      { place: at(1, 5001, text), what: 'x' },
    ]).split('\n');
    expect(excerpt.length).toBeLessThan(120);
    expect(excerpt[carets.indexOf('^')]).toBe('X');
  });

  it('keeps control characters off the terminal', () => {
    expect(renderProblems([{ place: at(1, 1, 'a\u001b[2Jb'), what: 'x' }])).not.toContain('\u001b');
  });

  it('counts problems, in the order of the file', () => {
    const error = new ConfigError([
      { place: { kind: 'override', text: 'a=1' }, what: 'last' },
      { place: at(7, 1, 'x'), what: 'second' },
      { place: at(2, 5, 'x'), what: 'first' },
    ]);
    expect(error.problems.map(({ what }) => what)).toEqual(['first', 'second', 'last']);
    expect(error.message).toMatch(/3 problems$/);
  });
});
