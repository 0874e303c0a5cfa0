import { describe, expect, it } from 'vitest';
import { factsOf } from './canonical.js';

const text = (value: unknown) => JSON.stringify(factsOf('k', value));

describe('factsOf', () => {
  it('gives one fact for each leaf, and keeps lists of numbers together', () => {
    const value = { input: [1, 28], layers: [{ type: 'linear', out: 3 }, 'relu'], seed: undefined };
    expect(factsOf('model', value)).toEqual([
      ['model.input', '[1,28]'],
      ['model.layers.0.type', '"linear"'],
      ['model.layers.0.out', '3'],
      ['model.layers.1', '"relu"'],
    ]);
    expect(factsOf('k', {})).toEqual([['k', '{}']]);
    expect(factsOf('k', [])).toEqual([['k', '[]']]);
  });

  it('gives each its own key, whatever the names', () => {
    expect(factsOf('k', { 'a.b': 1, a: { b: 2 } })).toEqual([
      ['k."a.b"', '1'],
      ['k.a.b', '2'],
    ]);
  });

  it('does not depend on the order of keys inside a fact', () => {
    expect(text([[{ a: 1, b: 2 }]])).toBe(text([[{ b: 2, a: 1, c: undefined }]]));
  });

  it('tells apart all that can be sent to a thread', () => {
    const loop: unknown[] = [];
    loop.push([loop]);
    const values: unknown[] = [
      ...[0, -0, NaN, Infinity, -Infinity, null, 'NaN', '', false, 1n, '1'],
      ...[[1], [undefined], [null], ['1'], loop, [[[]]]],
      ...[new Map([[1, 2]]), new Set([1]), new Date(0), /a/, /a/g],
      ...[Float32Array.of(1), Uint8Array.of(1), Float64Array.of(NaN), Float64Array.of(-0)],
      ...[new ArrayBuffer(1), new DataView(new ArrayBuffer(1)), { a: 1 }],
    ];
    expect(new Set(values.map(text)).size).toBe(values.length);
    // What was sent there and back is the same.
    for (const value of values) expect(text(structuredClone(value))).toBe(text(value));
  });

  it('are short, whatever they are about, and differ where that does', () => {
    const values = Float32Array.from({ length: 10_000 }, (_, i) => i);
    const before = factsOf('args', values)[0]?.[1];
    expect(before).toMatch(/^\{"SHA-256":\["[0-9a-f]{64}"\]\}$/);
    expect(factsOf('args', values.slice())).toEqual([['args', before]]);
    values[9999] = 0;
    expect(factsOf('args', values)).not.toEqual([['args', before]]);
  });
});
