import { describe, expect, it } from 'vitest';
import { parseYaml } from './yaml-source.js';

function problemsOf(text: string): string[] {
  return parseYaml('c.yaml', text).problems.map(({ place, what }) => {
    const at = place.kind === 'file' ? `${place.line}:${place.column} ` : '';
    return `${at}${what}`;
  });
}

describe('parseYaml', () => {
  it('places syntax errors, one for each line', () => {
    expect(problemsOf('a: 1\nb: [1, 2\nc: 3\n')).toEqual([
      expect.stringMatching(/^3:1 bad YAML: /),
    ]);
    expect(problemsOf('a:\n\tb: 1\n')).toEqual([expect.stringMatching(/^2:1 bad YAML: Tabs/)]);
    expect(problemsOf('a: b: c\n')).toEqual([expect.stringMatching(/^1:4 bad YAML: /)]);
    expect(problemsOf('a: "x\n')).toEqual([expect.stringMatching(/bad YAML: Missing closing/)]);
  });

  it('names duplicate keys and still gives a value', () => {
    const result = parseYaml('c.yaml', 'a: 1\nb: 2\na: 3\n');
    expect(result.problems.map(({ what }) => what)).toEqual(["the key 'a' is given twice"]);
    expect(result.source).not.toBeNull();
  });

  it.each([
    ['', 'the config is empty'],
    ['# nothing\n', 'the config is empty'],
    ['- 1\n- 2\n', '1:1 a config is a mapping of keys to values, not a list'],
    ['just text\n', '1:1 a config is a mapping of keys to values, not a single value'],
    ['a: 1\n---\nb: 2\n', expect.stringContaining('holds several') as string],
    ['a: 1\nb: *no\n', '2:4 the alias *no stands for nothing: there is no &no before it'],
    ['a: *later\nb: &later 1\n', expect.stringContaining('1:4 the alias *later') as string],
    ['a: !!js/function "x"\n', expect.stringContaining('Unresolved tag') as string],
    ['a: \0', expect.stringContaining('binary data') as string],
  ])('refuses %j', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });

  it('bounds what hostile input can cost', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `k${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
    expect(problemsOf(['k0: &a0 [1]', ...levels].join('\n'))).toEqual([
      expect.stringContaining('aliases'),
    ]);
    expect(problemsOf('['.repeat(50_000))).toEqual([expect.stringContaining('levels deep')]);
    expect(problemsOf(`a: ${'- '.repeat(50_000)}`)).not.toEqual([]);
    expect(problemsOf(`a: ${'x'.repeat(200_000)}`)).toEqual([
      expect.stringContaining('more than the 65536'),
    ]);
    expect(problemsOf('\n'.repeat(65_000))).not.toEqual([]);
    const keys = Array.from({ length: 1025 }, (_, i) => `k${i}`);
    for (const text of [`${keys.join(':\n')}:`, `{${keys.join(', ')}}`, `? ${keys.join('\n? ')}`]) {
      expect(problemsOf(text)).toEqual([expect.stringContaining('more than 1024 keys in one')]);
    }
    for (const text of [`a: [${'1,'.repeat(10_000)}]`, `a: {b${' :'.repeat(16_384)}}`]) {
      expect(problemsOf(text)).toEqual([
        expect.stringContaining('more than 16384 keys, items and marks'),
      ]);
    }
  });

  it('refuses other versions, and what holds itself', () => {
    expect(problemsOf('%YAML 1.2\n---\na: 1')).toEqual([]);
    expect(problemsOf('%YAML 1.1\n---\na: &x {b: 1}\nc: {<<: *x}')).toEqual([
      expect.stringContaining('another version than YAML 1.2'),
    ]);
    expect(problemsOf('a: &x [1, {b: *x}]')).toEqual([
      expect.stringContaining('an alias (*name) inside what it names'),
    ]);
    expect(problemsOf('a: &x [1]\nb: [*x, *x]')).toEqual([]);
  });

  it('takes merge keys and names of the prototype for keys like any other', () => {
    const { source } = parseYaml('c.yaml', 'a: &x {b: 1}\nc: {<<: *x}\n__proto__: {d: 1}');
    expect(source?.value).toEqual(
      JSON.parse('{"a": {"b": 1}, "c": {"<<": {"b": 1}}, "__proto__": {"d": 1}}'),
    );
    expect({}).not.toHaveProperty('d');
  });

  it('finds the place of values and keys, through aliases too', () => {
    const { source } = parseYaml('c.yaml', 'a: &x\n  b: [10, 20]\nc: *x\nd: {e: "text"}\nempty:\n');
    const place = (path: (string | number)[], part: 'key' | 'value' = 'value') => {
      const found = part === 'key' ? source?.placeOfKey(path) : source?.placeOfValue(path);
      return found?.kind === 'file' ? `${found.line}:${found.column}+${found.length}` : found?.kind;
    };
    expect(place(['a', 'b', 1])).toBe('2:11+2');
    expect(place(['c', 'b', 1])).toBe('2:11+2');
    expect(place(['d', 'e'])).toBe('4:8+6');
    expect(place(['d', 'e'], 'key')).toBe('4:5+1');
    expect(place(['a'])).toBe('1:1+1');
    expect(place(['d', 'missing'])).toBe('4:1+1');
    expect(place(['empty'])).toBe('5:1+5');
    expect(place(['nowhere'])).toBe('whole');
    expect(source?.has(['d', 'e'])).toBe(true);
    expect(source?.has(['d', 'f'])).toBe(false);
  });
});
