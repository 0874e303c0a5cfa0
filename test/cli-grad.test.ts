import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dltrain, temporaryFolder } from './support/command.js';

const folder = temporaryFolder();
const worked = 'log(x1) + x1*x2 - sin(x2)';

afterAll(() => {
  folder.remove();
});

async function grad(...words: string[]) {
  return dltrain(['grad', ...words], { cwd: folder.path });
}

/** The lines of stdout with one space between words. */
function linesOf(stdout: string): string[] {
  return stdout.split('\n').map((line) => line.trim().replace(/ +/g, ' '));
}

describe('dltrain grad', () => {
  it('prints the traces of both modes and the derivative in four ways', async () => {
    const { code, stdout, stderr } = await grad(
      worked,
      'x1=2',
      'x2=5',
      '--manual',
      'dx1=1/x1 + x2',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = linesOf(stdout);
    expect(lines.slice(0, 2)).toEqual([`y = ${worked}`, '= 11.652 at x1 = 2, x2 = 5']);
    const forward = lines.indexOf('Forward trace') + 2;
    expect(lines.slice(forward, forward + 8)).toEqual([
      'value d/dx1 d/dx2',
      'v-1 = x1 2.000 1.000 0.000',
      'v0 = x2 5.000 0.000 1.000',
      'v1 = ln(x1) 0.693 0.500 0.000',
      'v2 = x1 * x2 10.000 5.000 2.000',
      'v3 = sin(x2) -0.959 0.000 0.284',
      'v4 = v1 + v2 10.693 5.500 2.000',
      'v5 = v4 - v3 11.652 5.500 1.716',
    ]);
    const reverse = lines.indexOf('adjoint of through adjoint * local adds so far');
    expect(lines.slice(reverse + 1, reverse + 10)).toEqual([
      'v5 start 1.000 1.000',
      'v4 v5 = v4 - v3 1.000 * 1.000 = 1.000 1.000',
      'v3 v5 = v4 - v3 1.000 * (-1.000) = -1.000 -1.000',
      'v1 v4 = v1 + v2 1.000 * 1.000 = 1.000 1.000',
      'v2 v4 = v1 + v2 1.000 * 1.000 = 1.000 1.000',
      'x2 v3 = sin(x2) -1.000 * 0.284 = -0.284 -0.284',
      'x1 v2 = x1 * x2 1.000 * 5.000 = 5.000 5.000',
      'x2 v2 = x1 * x2 1.000 * 2.000 = 2.000 1.716',
      'x1 v1 = ln(x1) 1.000 * 0.500 = 0.500 5.500',
    ]);
    const ways = lines.indexOf('dy/dx1 value off by');
    expect(lines.slice(ways + 1, ways + 4)).toEqual([
      'automatic, reverse 5.5 0',
      'automatic, forward 5.5 0',
      'symbolic 5.5 0',
    ]);
    expect(lines[ways + 4]).toMatch(/^numerical, central 5\.(5000|4999)\d+ \S+e-1[01] h = 1e-5$/);
    expect(lines).toContain('manual: 1/x1 + x2 agrees, here and at other points');
    expect(lines).toContain('dy/dx1 = 1 / x1 + x2');
    expect(lines).toContain('dy/dx2 = x1 - cos(x2)');
    expect(stdout.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(stdout).not.toContain('\u001b');
  });

  it('gives everything at full precision as JSON', async () => {
    const { code, stdout } = await grad('--json', worked, 'x1=2', 'x2=5', '--wrt', 'x2');
    expect(code).toBe(0);
    expect(stdout.trimEnd()).not.toContain('\n');
    const found = JSON.parse(stdout) as {
      value: number;
      forward_trace: { name: string; adjoint: number; tangents: Record<string, number> }[];
      derivatives: Record<string, { automatic: object; symbolic: { expression: string } }>;
    };
    expect(found.value).toBeCloseTo(Math.log(2) + 10 - Math.sin(5), 14);
    expect(found.forward_trace.map(({ name }) => name)).toEqual([
      'v-1',
      'v0',
      'v1',
      'v2',
      'v3',
      'v4',
      'v5',
    ]);
    expect(found.forward_trace[0]?.adjoint).toBe(5.5);
    const derivative = 2 - Math.cos(5);
    expect(found.forward_trace.at(-1)?.tangents.x2).toBeCloseTo(derivative, 14);
    expect(Object.keys(found.derivatives)).toEqual(['x2']);
    expect(found.derivatives.x2?.symbolic.expression).toBe('x1 - cos(x2)');
  });

  it('shows how a symbolic derivative swells, and that the graph does not', async () => {
    const swelling = '(e^(w*x+b)+e^(-(w*x+b)))/(e^(w*x+b)-e^(-(w*x+b)))';
    const { stdout } = await grad(swelling, 'w=0.5', 'x=2', 'b=0.1', '--wrt', 'w', '--json');
    const { expression_nodes, forward_trace, derivatives } = JSON.parse(stdout) as {
      expression_nodes: number;
      forward_trace: unknown[];
      derivatives: { w: { symbolic: { nodes: number; simplified_nodes: number } } };
    };
    const { nodes, simplified_nodes } = derivatives.w.symbolic;
    expect(expression_nodes).toBe(33);
    expect(nodes).toBeGreaterThan(3 * expression_nodes);
    expect(simplified_nodes).toBeLessThan(nodes);
    // Three variables and eight calls: what is repeated is computed once.
    expect(forward_trace).toHaveLength(11);
  });

  it('draws the graph and the error of differences', async () => {
    const words = [worked, 'x1=2', 'x2=5', '--wrt', 'x1', '--svg', 'g.svg', '--plot', 'e.svg'];
    const { code, stderr } = await grad(...words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'wrote g.svg\nwrote e.svg\n' });
    const graph = readFileSync(path.join(folder.path, 'g.svg'), 'utf8');
    for (const text of ['y = v5 = v4 - v3', 'value 11.652', 'd/dx1 5.5', 'adjoint -1']) {
      expect(graph).toContain(text.replaceAll('-', '&#45;'));
    }
    const plot = readFileSync(path.join(folder.path, 'e.svg'), 'utf8');
    expect(plot).toContain('central difference');
  });

  it('answers 1 when a derivative by hand is wrong', async () => {
    const words = [worked, 'x1=2', 'x2=5', '--manual', 'dx2=x1 + cos(x2)'];
    const { code, stdout, stderr } = await grad(...words);
    expect(code).toBe(1);
    const said =
      'manual: x1 + cos(x2) is wrong: 2.28366218546 instead of 1.71633781454 at x1 = 2, x2 = 5';
    expect(stdout.replace(/\s+/g, ' ')).toContain(said);
    expect(stderr).toBe(`dy/dx2: ${said}\n`);
  });

  it('has no derivative where there is no value, and confirms none', async () => {
    const alone = await grad('log(x)', 'x=-1');
    expect([alone.code, alone.stderr]).toEqual([0, '']);
    expect(alone.stdout).toContain('no finite value');
    const { code, stdout, stderr } = await grad('log(x)', 'x=-1', '--manual', 'dx=1/x', '--json');
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be confirmed');
    expect(JSON.parse(stdout)).toMatchObject({
      value: 'NaN',
      derivatives: { x: { exists: false, manual: { agrees: false } } },
    });
  });

  it('takes expressions that begin with a minus, and values that are expressions', async () => {
    const { code, stdout } = await grad('-cos(x)', 'x=pi/6');
    expect(code).toBe(0);
    expect(linesOf(stdout)).toContain('automatic, reverse 0.5 0');
  });

  const mistakes: [what: string, words: string[], said: RegExp][] = [
    ['nothing', [], /no expression was given/],
    [
      'an unknown function',
      ['log(x) + sni(x)', 'x=1'],
      /expression:1:10: error: there is no function 'sni'\n.*\n +\| {10}\^{3}\n.*did you mean 'sin'/,
    ],
    ['a missing value', ['x*y', 'x=1'], /expression:1:3: error: 'y' has no value\n.*\n.*\^\n.*y=/],
    ['a file nowhere', ['x', 'x=1', '--svg', 'no/a.svg'], /^.*its folder does not exist.*\n$/],
    ['a file that is a folder', ['x', 'x=1', '--plot', '.'], /^.*cannot be written.*\n$/],
    ['an unknown option', ['x', 'x=1', '--jsno'], /no option '--jsno'/],
  ];

  it.each(mistakes)('explains %s', async (_, words, said) => {
    const { code, stdout, stderr } = await grad(...words);
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
