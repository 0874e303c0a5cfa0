import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { compare } from './compare.js';
import { drawScaling } from './draw-scaling.js';
import { measurementOf } from '../../test-support.js';

function drawn(counts: readonly number[], isWeak = false) {
  const measured = counts.map((workers) => measurementOf(workers, [100 * workers], { isWeak }));
  const svg = drawScaling(compare(measured, 4), { isWeak });
  const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
  const all = (name: string) => Array.from(document.getElementsByTagName(name));
  return { words: all('text').map((node) => node.textContent ?? ''), rects: all('rect') };
}

describe('drawScaling', () => {
  it('draws the speed-up with the ideal, and the phases as bars as high as the axis', () => {
    const { words, rects } = drawn([1, 2, 4, 8]);
    expect(words).toEqual(
      expect.arrayContaining(['Strong scaling', 'ideal', 'batch 32', 'wait', '1', '2', '4', '8*']),
    );
    expect(words).toContain('workers (* more than cores)');
    const forward = rects.filter((rect) => rect.getAttribute('fill') === '#0072b2');
    // One in the legend, and one for each setting.
    expect(forward).toHaveLength(1 + 4);
    const heights = new Map<string | null, number>();
    const bars = rects.filter(
      (rect) => rect.getAttribute('width') === forward[1]?.getAttribute('width'),
    );
    for (const bar of bars) {
      const x = bar.getAttribute('x');
      heights.set(x, (heights.get(x) ?? 0) + Number(bar.getAttribute('height')));
    }
    expect(heights.size).toBe(4);
    const [axis = 0] = heights.values();
    expect(axis).toBeGreaterThan(100);
    // Each height is rounded to a hundredth of a pixel.
    for (const height of heights.values()) expect(Math.abs(height - axis)).toBeLessThan(0.2);
  });

  it('draws one setting alone, and weak scaling', () => {
    expect(drawn([1]).words).toContain('Phases of a step, batch 32');
    expect(drawn([1, 2], true).words).toEqual(
      expect.arrayContaining(['Weak scaling', 'batch 32 a worker']),
    );
  });
});
