import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { describeValue } from './describe-value.js';

class Layer {
  readonly size = 3;
}

function nameless(): new () => object {
  return class {
    readonly size = 3;
  };
}

const cyclic: unknown[] = [1];
cyclic.push(cyclic);

it.each<[unknown, string]>([
  ['abc', "'abc'"],
  ['a'.repeat(1000), `'${'a'.repeat(79)}…'`],
  ['\u001b[2J', "'\u{fffd}[2J'"],
  [1.5, '1.5'],
  [NaN, 'NaN'],
  [3n, '3n'],
  [false, 'false'],
  [null, 'null'],
  [undefined, 'undefined'],
  [Symbol('s'), 'Symbol(s)'],
  [Math.max, 'the function max'],
  [Layer, 'the class Layer'],
  [
    (
      () => () =>
        1
    )(),
    'a function',
  ],
  [nameless(), 'a class'],
  [new Layer(), 'a Layer'],
  [new (nameless())(), 'an object'],
  [new Error('no'), 'an Error'],
  [new Map(), 'a Map'],
  [[], '[]'],
  [[1, 'a', [2], [[3]]], "[1, 'a', [2], [[...]]]"],
  [[1, 2, 3, 4, 5], '[1, 2, 3, 4, ...]'],
  [cyclic, '[1, [1, [...]]]'],
  [{}, '{}'],
  [{ axis: 1 }, '{ axis: 1 }'],
  [{ a: { b: { c: 1 }, d: {} } }, '{ a: { b: {...}, d: {} } }'],
  [{ a: 1, b: 2, c: 3, d: 4, e: 5 }, '{ a: 1, b: 2, c: 3, d: 4, ... }'],
  [{ constructor: 5 }, '{ constructor: 5 }'],
  [Object.assign(Object.create(null) as object, { bias: true }), '{ bias: true }'],
  [runInNewContext('({ bias: new Map() })'), '{ bias: a Map }'],
])('describes a value (%#)', (value, words) => {
  expect(describeValue(value)).toBe(words);
});
