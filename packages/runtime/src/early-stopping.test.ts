import { describe, expect, it } from 'vitest';
import { EarlyStopping } from './early-stopping.js';
import type { TrainOptions } from './options.js';

type Settings = NonNullable<TrainOptions['earlyStopping']>;

/** Number of the validation after which the run ends, counted from 1; 0 when it goes on. */
function stopsAfter(values: readonly number[], settings: Partial<Settings> = {}): number {
  const stopping = new EarlyStopping({
    monitor: 'val_loss',
    mode: 'min',
    patience: 2,
    ...settings,
  });
  return (
    1 +
    values.findIndex((value) => {
      stopping.observe({ val_loss: value });
      return stopping.isDue;
    })
  );
}

describe('EarlyStopping', () => {
  it('ends a run after as many validations in a row without gain as it has patience', () => {
    expect(stopsAfter([5, 4, 4, 4])).toBe(4);
    expect(stopsAfter([5, 6, 4, 5, 3, 4, 4])).toBe(7);
    expect(stopsAfter([5, 4, 3, 2])).toBe(0);
    expect(stopsAfter([5, 6], { patience: 1 })).toBe(2);
  });

  it('looks for more in mode max', () => {
    expect(stopsAfter([0.5, 0.6, 0.7], { mode: 'max' })).toBe(0);
    expect(stopsAfter([0.5, 0.4, 0.3], { mode: 'max' })).toBe(3);
  });

  it('asks for more than minDelta, measured from the best', () => {
    expect(stopsAfter([5, 4.9, 4.8, 4.7], { minDelta: 0.25 })).toBe(3);
    expect(stopsAfter([5, 4.9, 4.7, 4.6], { minDelta: 0.25 })).toBe(0);
  });

  it('goes on from a state as if it had seen what came before', () => {
    const settings = { monitor: 'val_loss', mode: 'min', patience: 2 } as const;
    const before = new EarlyStopping(settings);
    for (const value of [5, 4, 4.5]) before.observe({ val_loss: value });
    expect(before.state).toEqual({ best: 4, fruitless: 1 });
    const after = new EarlyStopping(settings, before.state);
    expect(after.isDue).toBe(false);
    after.observe({ val_loss: 4.2 });
    expect(after.isDue).toBe(true);
    expect(new EarlyStopping(settings, after.state).isDue).toBe(true);
  });

  it('takes a value that is not a number for no gain', () => {
    expect(stopsAfter([NaN, NaN])).toBe(2);
    expect(stopsAfter([1, NaN, 0.5, NaN, 0.4])).toBe(0);
  });
});
