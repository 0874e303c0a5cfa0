import { describe, expect, it } from 'vitest';
import { applySettings, isOverride, parseOverride, readEnvironment } from './overrides.js';
import type { Setting } from './overrides.js';

function settings(...words: string[]): Setting[] {
  return words.flatMap((word) => parseOverride(word).setting ?? []);
}

function applied(value: unknown, ...words: string[]): unknown {
  const overlay = applySettings(value, settings(...words));
  expect(overlay.problems).toEqual([]);
  return overlay.value;
}

describe('overrides', () => {
  it.each(['a=1', 'a.b.c=x', 'model.layers.0.out_features=3', 'a='])(
    'are words such as %s',
    (word) => {
      expect(isOverride(word)).toBe(true);
    },
  );

  it.each(['config.yaml', './a=b.yaml', '=1', '--workers=2', 'dir/x=1'])('are not %s', (word) => {
    expect(isOverride(word)).toBe(false);
  });

  it('set values of any kind at any depth, and leave the original alone', () => {
    const original = { a: { b: 1, c: 2 }, list: [{ x: 1 }, { x: 2 }] };
    expect(applied(original, 'a.b=5', 'list.1.x=true', 'new={p: [1, 2]}', 'none=null')).toEqual({
      a: { b: 5, c: 2 },
      list: [{ x: 1 }, { x: true }],
      new: { p: [1, 2] },
      none: null,
    });
    expect(original.a.b).toBe(1);
  });

  it('make what was null or absent, append to lists, and spell out bare words', () => {
    expect(applied({ stop: null }, 'stop.patience=3')).toEqual({ stop: { patience: 3 } });
    expect(applied({ list: [1] }, 'list.1=2')).toEqual({ list: [1, 2] });
    expect(applied({ model: { layers: ['dropout'] } }, 'model.layers.0.p=0.1')).toEqual({
      model: { layers: [{ type: 'dropout', p: 0.1 }] },
    });
  });

  it('are refused where there is no such place', () => {
    const { problems } = applySettings(
      { a: 1, list: [1, 2] },
      settings('a.b=1', 'list.7=1', 'list.x=1'),
    );
    expect(problems.map(({ what }) => what)).toEqual([
      "'a' is 1, which has no 'b' inside",
      "'list' is a list of 2, so '7' names no item of it",
      "'list' is a list of 2, so 'x' names no item of it",
    ]);
  });

  it('cannot reach the prototype', () => {
    const value = applied({ a: 1 }, '__proto__.polluted=1', 'constructor.prototype.polluted=1');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('refuse values that are not YAML, and hostile ones quickly', () => {
    expect(parseOverride('a=[1').problem?.what).toMatch(/not YAML/);
    expect(parseOverride(`a=${'['.repeat(50_000)}`).problem?.what).toMatch(/levels deep/);
    expect(parseOverride('a=*b').problem?.what).toMatch(/alias/);
  });

  it('know which of them made a value', () => {
    const overlay = applySettings({ a: { b: 1 } }, settings('a.b=2', 'c.d=1', 'a.b=3'));
    const text = (path: string[]) => {
      const place = overlay.originOf(path)?.place;
      return place?.kind === 'override' ? place.text : place;
    };
    expect(text(['a', 'b'])).toBe('a.b=3');
    expect(text(['c', 'other'])).toBe('c.d=1');
    expect(text(['a'])).toBeUndefined();
    expect(overlay.setterOf(['c', 'd'])?.place).toEqual({ kind: 'override', text: 'c.d=1' });
    expect(overlay.setterOf(['c', 'other'])).toBeUndefined();
  });
});

describe('readEnvironment', () => {
  it('reads DLTRAIN_SECTION__KEY and nothing else', () => {
    const environment = {
      DLTRAIN_TRAINER__BATCH_SIZE: '64',
      DLTRAIN_SEED: '7',
      DLTRAIN_NODE: '/usr/bin/node',
      HOME: '/root',
    };
    const found = readEnvironment(environment).map(({ setting }) => [
      setting?.path,
      setting?.value,
    ]);
    expect(found).toEqual([
      [['seed'], 7],
      [['trainer', 'batch_size'], 64],
    ]);
  });
});
