import { engine } from '@dltrain/core';
import { afterEach, describe, expect, it } from 'vitest';
import { Panels } from './panels.js';
import { layOutParameters } from './parameter-layout.js';
import { Regions } from './regions.js';
import type { PanelPlace } from './run-layout.js';

const regions = new Regions();
afterEach(() => {
  regions.free();
});

const [rows, columns] = [48, 70];

/** What each of some ranks sees of the panels of one weight, and the weight's address. */
function panelsOf(workers: number): { ranks: Panels[]; places: PanelPlace[]; weight: number } {
  const [slot] = layOutParameters([{ name: 'w', shape: [rows, columns], dtype: 'f32' }]).slots;
  if (slot === undefined) throw new Error('A parameter has a slot.');
  const places = [false, true].map((transposed): PanelPlace => {
    const [n, k] = transposed ? [rows, columns] : [columns, rows];
    const bytes = engine().kernel('packedBytes', 'f32')(n, k);
    return { slot, transposed, n, k, address: regions.allocate(bytes, 'panels') };
  });
  const requests = regions.allocate(2 * places.length * 4, 'requests');
  const weight = regions.allocate(rows * columns * 4, 'weight');
  new Float32Array(engine().memory, weight, rows * columns).forEach((_, i, view) => {
    view[i] = Math.sin(i);
  });
  const ranks = Array.from(
    { length: workers },
    () => new Panels(places, engine().memory, requests),
  );
  return { ranks, places, weight };
}

const packAll = (ranks: Panels[], weight: number): boolean[] =>
  ranks.map((panels, rank) => panels.pack(rank, ranks.length, () => weight));

describe('Panels', () => {
  it('packs what some rank has asked for, from the next decision on', () => {
    const { ranks, places, weight } = panelsOf(2);
    const [first, second] = ranks;
    expect(second?.find(0, rows, columns, true)).toBe(0);
    // A wish may come while others already pack: until all have met, it counts for nobody.
    expect(packAll(ranks, weight)).toEqual([false, false]);
    first?.decide();
    expect(packAll(ranks, weight)).toEqual([true, true]);
    for (const panels of ranks) {
      expect(panels.find(0, rows, columns, true)).toBe(places[1]?.address);
      expect(panels.find(0, rows, columns, false)).toBe(0);
      expect(panels.find(7, rows, columns, false)).toBe(0);
      // The first rows, and the elements in another shape.
      expect(panels.find(0, rows - 1, columns, true)).toBe(0);
      expect(panels.find(0, columns, rows, true)).toBe(0);
    }
  });

  it('forgets what was packed when the weights change', () => {
    const { ranks, weight } = panelsOf(1);
    const [panels] = ranks;
    panels?.find(0, rows, columns, false);
    panels?.decide();
    packAll(ranks, weight);
    expect(panels?.find(0, rows, columns, false)).not.toBe(0);
    panels?.expire();
    expect(panels?.find(0, rows, columns, false)).toBe(0);
  });

  it.each([1, 2, 3, 5, 9])('packs the same bytes with %i ranks as packB', (workers) => {
    const { ranks, places, weight } = panelsOf(workers);
    for (const transposed of [false, true]) ranks[0]?.find(0, rows, columns, transposed);
    ranks[0]?.decide();
    packAll(ranks, weight);
    for (const { n, k, transposed, address } of places) {
      const bytes = engine().kernel('packedBytes', 'f32')(n, k);
      const whole = regions.allocate(bytes, 'packed at once');
      engine().kernel('packB', 'f32')(whole, weight, n, k, transposed ? 1 : 0);
      const view = (from: number) => Buffer.from(engine().memory, from, bytes);
      expect(view(address).equals(view(whole))).toBe(true);
    }
  });
});
