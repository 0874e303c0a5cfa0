import { manualSeed } from '@dltrain/core';
import { describe, expect, it } from 'vitest';
import { initialize } from './initialize.js';
import { constant, uniform } from './initializers.js';
import { Linear } from './layers/linear.js';
import { Module } from './module.js';
import { hashName, murmur3 } from './name-hash.js';
import { Parameter } from './parameter.js';
import { Sequential } from './sequential.js';

describe('initialize', () => {
  class Ordered extends Module {
    a!: Linear;
    b!: Linear;
    constructor(firstA: boolean, extra: boolean) {
      super();
      const makers = [() => (this.a = new Linear(7, 5)), () => (this.b = new Linear(7, 5))];
      for (const make of firstA ? makers : makers.reverse()) make();
      if (extra) Object.assign(this, { c: new Linear(3, 3) });
    }
    forward(): never {
      throw new Error('not run');
    }
  }

  it('depends on seed and name alone, not on order or company', () => {
    const models = [new Ordered(true, false), new Ordered(false, false), new Ordered(false, true)];
    for (const model of models) initialize(model, 42);
    const [first, ...others] = models.map((model) => model.stateDict());
    for (const name of ['a.weight', 'a.bias', 'b.weight', 'b.bias']) {
      for (const other of others) expect(other.get(name)).toEqual(first?.get(name));
    }
    expect(first?.get('a.weight')).not.toEqual(first?.get('b.weight'));
  });

  it('differs by seed, also above 32 bits', () => {
    const drawn = [0, 1, 2 ** 32, 2 ** 40 + 1].map((seed) => {
      const layer = new Linear(4, 4);
      initialize(layer, seed);
      return layer.weight.toArray().join();
    });
    expect(new Set(drawn).size).toBe(4);
  });

  it('is not disturbed by the random numbers of the library, nor disturbs them', () => {
    const layer = new Linear(4, 4);
    initialize(layer, 3);
    const first = layer.stateDict();
    manualSeed(9);
    const next = new Parameter([3], { initializer: uniform() }).toArray();
    manualSeed(9);
    initialize(layer, 3);
    expect(layer.stateDict()).toEqual(first);
    expect(new Parameter([3], { initializer: uniform() }).toArray()).toEqual(next);
  });

  it('keeps bits, in both dtypes', () => {
    const layer = new Linear(2, 2);
    initialize(layer, 42);
    const bits = new Uint32Array(layer.weight.toArray().buffer);
    const wide = new Linear(2, 2, { dtype: 'f64', bias: false });
    initialize(wide, 42);
    expect({ f32: [...bits], f64: [...wide.weight.toArray()] }).toMatchInlineSnapshot(`
      {
        "f32": [
          1060124893,
          3192859096,
          1056718358,
          3200141476,
        ],
        "f64": [
          0.6883677798007535,
          0.4926611739452684,
          -0.34339938355326205,
          0.24224883726857915,
        ],
      }
    `);
  });

  it('uses the initialiser of each parameter', () => {
    const options = { weightInitializer: constant(2), biasInitializer: constant(-1) };
    const model = new Sequential(new Linear(2, 1, options));
    initialize(model, 0);
    expect(model.parameters().map((parameter) => [...parameter.toArray()])).toEqual([[2, 2], [-1]]);
  });
});

describe('the global seed', () => {
  it('fixes what constructors draw, call by call', () => {
    const draw = () => {
      manualSeed(5);
      return [new Linear(3, 3), new Linear(3, 3)].map((layer) => layer.weight.toArray().join());
    };
    const [a, b] = [draw(), draw()];
    expect(a).toEqual(b);
    expect(a[0]).not.toBe(a[1]);
  });
});

describe('hashName', () => {
  it('is MurmurHash3, by its published vectors', () => {
    const hash = (text: string, seed: number) => murmur3(new TextEncoder().encode(text), seed);
    expect(hash('', 0)).toBe(0);
    expect(hash('', 1)).toBe(0x514e28b7);
    expect(hash('', 0xffffffff)).toBe(0x81f16f39);
    expect(hash('test', 0)).toBe(0xba6bd213);
    expect(hash('Hello, world!', 0)).toBe(0xc0363e43);
    expect(hash('The quick brown fox jumps over the lazy dog', 0)).toBe(0x2e4ff723);
    expect(hash('abc', 0)).toBe(0xb3dd93fa);
  });

  it('keeps names apart in every word', () => {
    const names = Array.from(
      { length: 3000 },
      (_, i) => `layers.${i}.${i % 2 ? 'weight' : 'bias'}`,
    );
    for (const word of [0, 1, 2] as const) {
      expect(new Set(names.map((name) => hashName(name)[word])).size).toBe(3000);
    }
  });
});
