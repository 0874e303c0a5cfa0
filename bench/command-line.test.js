import { describe, expect, it } from 'vitest';
import { readOptions, UsageError } from './command-line.js';

/** @param {string[]} args */
const chosen = (...args) => readOptions(args)?.chosen.map(({ name }) => name);

describe('readOptions', () => {
  it('runs everything when nothing is said', () => {
    expect(chosen()).toContain('gemm');
    expect(readOptions([])).toMatchObject({ quick: false, json: null, install: false });
  });

  it('chooses suites by their names, and families by their first word', () => {
    expect(chosen('--only', 'reduce, gemm')).toEqual(['gemm', 'reduce']);
    expect(chosen('--only', 'step')).toEqual(['step-a', 'step-b', 'step-c', 'step-d']);
  });

  it('knows the usage, and what it does not know', () => {
    expect(readOptions(['--help'])).toBeNull();
    expect(() => readOptions(['--only', 'st'])).toThrow(UsageError);
    expect(() => readOptions(['--slow'])).toThrow(UsageError);
  });
});
