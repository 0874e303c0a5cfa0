import { describe, expect, it } from 'vitest';
import { analyse } from './analysis.js';
import { readExpression } from './expression.js';
import { report } from './report.js';

const plain = { bold: String, dim: String, green: String, red: String };

function linesAt(width: number, text: string, values: Readonly<Record<string, number>>): string[] {
  const point = new Map(Object.entries(values));
  const manual = new Map([['x', readExpression('1')]]);
  const analysis = analyse(readExpression(text), point, [...point.keys()], manual);
  return report(analysis, width, plain).split('\n');
}

describe('report', () => {
  const swelling = '(e^(w*x+b)+e^(-(w*x+b)))/(e^(w*x+b)-e^(-(w*x+b)))';
  const many = { a: 1, b: 2, c: 3, d: 4, x: 5, y: 6, z: 7, w: 8 };

  it.each([40, 60, 80, 120])('keeps its lines within %i columns', (width) => {
    const lines = [
      ...linesAt(width, swelling, { w: 0.5, x: 2, b: 0.1 }),
      ...linesAt(width, Object.keys(many).join('*'), many),
    ];
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  it('cuts long formulas off', () => {
    const lines = linesAt(40, `${swelling} * sin(${swelling})`, { w: 0.5, x: 2, b: 0.1 });
    const cut = lines.filter((line) => /^ {4}\.\.\. \d+ more lines; --json has it$/.test(line));
    expect(cut).not.toEqual([]);
  });

  it('shows tangents by many variables in tables below each other', () => {
    const heads = linesAt(80, Object.keys(many).join('*'), many).filter((line) =>
      /^ +value( +d\/d\w)+$/.test(line),
    );
    const shown = heads.flatMap((line) => [...line.matchAll(/d\/d(\w)/g)].map(([, name]) => name));
    expect(shown).toEqual(Object.keys(many));
    expect(heads.length).toBeGreaterThan(1);
  });

  it('names the first step that is no number', () => {
    expect(linesAt(80, 'log(-x) + 1', { x: 1 })).toContain('  v2 = ln(v1) is NaN here');
  });

  it('says that there is no derivative where there is no value', () => {
    const lines = linesAt(120, 'log(x)', { x: -1 });
    expect(lines.join('\n')).toContain('no finite value at x = -1, and so no derivative there');
    expect(lines).toContainEqual(expect.stringMatching(/^ +automatic, reverse +-1 +undefined$/));
    expect(lines).toContainEqual(expect.stringContaining('manual: 1 cannot be confirmed'));
    expect(lines.join('\n')).not.toContain('agrees');
  });

  it('says that a kink has no derivative', () => {
    const lines = linesAt(200, 'abs(x)', { x: 0 });
    expect(lines).toContainEqual(
      expect.stringMatching(/forward differences approach 1, backward .* -1, .* 0 is a convention/),
    );
  });
});
