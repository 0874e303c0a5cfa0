import { describe, expect, it } from 'vitest';
import { blocksOf, blockSize, layOutParameters } from './parameter-layout.js';

const layout = layOutParameters([
  { name: '0.weight', shape: [3, blockSize], dtype: 'f32' },
  { name: '0.bias', shape: [3], dtype: 'f32' },
  { name: 'scale', shape: [], dtype: 'f64' },
  { name: 'none', shape: [0, 4], dtype: 'f32' },
  { name: 'last', shape: [blockSize + 1], dtype: 'f64' },
]);

describe('layOutParameters', () => {
  it('gives each parameter cache lines of its own', () => {
    const ends = layout.slots.map(
      ({ offset, count, dtype }) => offset + count * (dtype === 'f64' ? 8 : 4),
    );
    layout.slots.forEach(({ offset }, i) => {
      expect(offset % 64).toBe(0);
      expect(offset).toBeGreaterThanOrEqual(ends[i - 1] ?? 0);
    });
    expect(layout.bytes).toBeGreaterThanOrEqual(Math.max(...ends));
  });

  it('cuts each parameter into blocks from its beginning', () => {
    const cuts = layout.blocks.map(({ slot, start, count }) => [slot.name, start, count]);
    expect(cuts).toEqual([
      ['0.weight', 0, blockSize],
      ['0.weight', blockSize, blockSize],
      ['0.weight', 2 * blockSize, blockSize],
      ['0.bias', 0, 3],
      ['scale', 0, 1],
      ['last', 0, blockSize],
      ['last', blockSize, 1],
    ]);
    expect(layout.blocks.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('blocksOf', () => {
  it('deals out every block once, in equal runs', () => {
    for (let workers = 1; workers <= 10; workers++) {
      const slices = Array.from({ length: workers }, (_, rank) => blocksOf(layout, rank, workers));
      expect(slices.flat()).toEqual(layout.blocks);
      const sizes = slices.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
  });
});
