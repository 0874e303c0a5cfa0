import { DOMParser } from '@xmldom/xmldom';
import type { Document } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { ValueError } from '@dltrain/core';
import { renderFigure } from './figure.js';

/** The picture as a document; not well-formed text throws. */
function parsed(svg: string): Document {
  return new DOMParser().parseFromString(svg, 'image/svg+xml');
}

function texts(svg: string): string[] {
  return Array.from(parsed(svg).getElementsByTagName('text'), (node) => node.textContent ?? '');
}

const line = { label: 'a', x: [0, 1, 2], y: [0, 2, 10] };

describe('renderFigure', () => {
  it('draws title, labels, ticks and a path through the points', () => {
    const svg = renderFigure([{ series: [line], x: { label: 'steps' }, y: { label: 'loss' } }], {
      title: 'One',
    });
    expect(texts(svg)).toEqual(expect.arrayContaining(['One', 'steps', 'loss', '0', '2', '10']));
    const [path] = Array.from(parsed(svg).getElementsByTagName('path'));
    expect(path?.getAttribute('d')).toMatch(/^M0,[\d.]+L[\d.]+,[\d.]+L[\d.]+,0$/);
  });

  it('escapes what a user may have written', () => {
    const nasty = '<b> & "c" \u0000';
    const chart = {
      title: nasty,
      series: [
        { ...line, label: nasty },
        { ...line, label: 'd' },
      ],
    };
    expect(texts(renderFigure([chart], { title: nasty }))).toContain('<b> & "c" ');
  });

  it('breaks a line where a value is not finite, or not positive on a log axis', () => {
    const x = [1, 10, 100, 1000, 10000];
    const y = [1, NaN, 0, 100, 1000];
    const chart = { series: [{ label: 'e', x, y, points: true }] };
    const log = { ...chart, x: { scale: 'log' }, y: { scale: 'log' } } as const;
    const svg = renderFigure([log]);
    const document = parsed(svg);
    expect(document.getElementsByTagName('circle')).toHaveLength(3);
    const moves = document.getElementsByTagName('path').item(0)?.getAttribute('d')?.match(/M/g);
    expect(moves).toHaveLength(2);
    expect(texts(svg)).toEqual(expect.arrayContaining(['10⁰', '10³', '10⁴']));
  });

  it('gives series of one label one stroke, and no two labels the same', () => {
    const chart = { series: [line, { ...line, label: 'b' }] };
    const paths = Array.from(
      parsed(renderFigure([chart, chart])).getElementsByTagName('path'),
      (path) => `${path.getAttribute('stroke')} ${path.getAttribute('stroke-dasharray')}`,
    );
    expect(paths).toHaveLength(4);
    expect(new Set(paths).size).toBe(2);
  });

  it('stacks bars where their ticks say what they are of', () => {
    const bars = (from: number[]) => ({ from, width: 0.5 });
    const chart = {
      series: [
        { label: 'low', x: [0, 1], y: [2, 4], bars: bars([0, 0]) },
        { label: 'high', x: [0, 1], y: [10, NaN], bars: bars([2, 4]), color: '#123456' },
      ],
      x: { domain: [-0.5, 1.5], ticks: [{ value: 0, label: 'one' }] },
      y: { domain: [0, 10] },
    } as const;
    const svg = renderFigure([chart]);
    expect(texts(svg)).toEqual(expect.arrayContaining(['low', 'high', 'one', '10']));
    expect(texts(svg)).not.toContain('0.5');
    const rects = Array.from(parsed(svg).getElementsByTagName('rect'), (rect) =>
      ['fill', 'y', 'height'].map((name) => rect.getAttribute(name)),
    );
    const [blue, own] = ['#0072b2', '#123456'].map((color) =>
      rects.filter(([fill]) => fill === color),
    );
    // One in the legend; of the values, one is not finite.
    expect(blue).toHaveLength(3);
    expect(own).toHaveLength(2);
    const [[, top, height] = []] = own?.slice(1) ?? [];
    expect(Number(top)).toBe(0);
    const [[, below] = []] = blue?.slice(1) ?? [];
    expect(Number(height)).toBeCloseTo(Number(below), 1);
  });

  it('draws what has nothing to show', () => {
    const cases = [[], [NaN, NaN], [3, 3]].map((y) => ({ series: [{ label: 'a', x: y, y }] }));
    for (const chart of cases) expect(() => parsed(renderFigure([chart]))).not.toThrow();
    const log = { scale: 'log' } as const;
    for (const chart of cases) parsed(renderFigure([{ ...chart, x: log, y: log }]));
    parsed(renderFigure([]));
  });

  it('refuses a domain that is no interval', () => {
    const draw = (scale: 'linear' | 'log', domain: [number, number]) => () =>
      renderFigure([{ series: [line], y: { scale, domain } }]);
    expect(draw('linear', [1, 1])).toThrow(ValueError);
    expect(draw('linear', [0, Infinity])).toThrow('no domain of a linear axis');
    expect(draw('log', [0, 1])).toThrow('two positive numbers');
  });
});
