import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.dirname(import.meta.dirname);
const text = readFileSync(path.join(root, 'SECURITY.md'), 'utf8');
const rows = [...text.matchAll(/^\|.*\| ([\d,]+) +\| `(\w+)` in `([^`]+)` +\|$/gm)].map(
  ([, value = '', constant = '', file = '']) => ({ value, constant, file }),
);

/** The number that a file gives a constant: digits, and the signs of sums. */
function valueIn(file: string, constant: string): number {
  const source = readFileSync(path.join(root, file), 'utf8');
  const sum = new RegExp(`\\bconst ${constant} = ([\\d_]+)(?: (\\*\\*|\\*|<<) ([\\d_]+))?`).exec(
    source,
  );
  const [left = NaN, right = NaN] = [sum?.[1], sum?.[3]].map((digits) =>
    Number(digits?.replaceAll('_', '')),
  );
  switch (sum?.[2]) {
    case '**':
      return left ** right;
    case '*':
      return left * right;
    case '<<':
      return left << right;
    default:
      return left;
  }
}

describe('SECURITY.md', () => {
  it('lists limits', () => {
    expect(rows.length).toBeGreaterThan(20);
  });

  it.each(rows)('has the $constant of $file', ({ value, constant, file }) => {
    expect(Number(value.replaceAll(',', ''))).toBe(valueIn(file, constant));
  });
});
