import {
  engine,
  FixedStorage,
  noGrad,
  ReleasedError,
  ShapeError,
  StateError,
  tensor,
} from '@dltrain/core';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { initialize } from './initialize.js';
import { ones } from './initializers.js';
import { Linear } from './layers/linear.js';
import { Parameter, withoutInit } from './parameter.js';

describe('Parameter', () => {
  it('requires a gradient and outlives every scope', () => {
    const held: Parameter[] = [];
    noGrad(() => void held.push(new Parameter([2, 2], { initializer: ones })));
    const [parameter] = held;
    expect(parameter?.requiresGrad).toBe(true);
    expect(parameter?.toArray()).toEqual(Float32Array.of(1, 1, 1, 1));
  });

  it('refuses what is no shape', () => {
    expect(() => new Parameter([2, -1])).toThrow(ShapeError);
  });

  it('moves to other memory, and gives the old back', () => {
    const parameter = new Parameter([4], { initializer: ones });
    const old = parameter.detach();
    const place = engine().heap.allocate(16, 'test');
    parameter.bind(new FixedStorage(16, place));
    parameter.write([1, 2, 3, 4]);
    expect(new Float32Array(engine().memory, place, 4)).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(() => old.toArray()).toThrow(ReleasedError);
    expect(() => parameter.bind(new FixedStorage(12, place))).toThrow(/16 bytes.*12/);
    expect(parameter.sum().item()).toBe(10);
  });

  it('starts from given values, which it copies', () => {
    const source = tensor([1, 2, 3]);
    const parameter = new Parameter(source);
    expect(parameter.toArray()).toEqual(Float32Array.of(1, 2, 3));
    parameter.write([0, 0, 0]);
    expect(source.toArray()).toEqual(Float32Array.of(1, 2, 3));
    parameter.initialize([0, 0, 0, 0, 0]);
    expect(parameter.toArray()).toEqual(Float32Array.of(1, 2, 3));
    expect(new Parameter(tensor(Int32Array.of(7))).item()).toBe(7);
    expect(new Parameter(tensor(Float64Array.of(0.1))).item()).toBe(0.1);
  });
});

describe('withoutInit', () => {
  it('takes no memory, and says what is missing', () => {
    const used = engine().heap.used;
    const layer = withoutInit(() => new Linear(1000, 1000));
    expect(engine().heap.used).toBe(used);
    expect(layer.weight.bound).toBe(false);
    expect(() => layer.forward(tensor([[1]]))).toThrow(ShapeError);
    expect(() => layer.weight.sum()).toThrow(StateError);
    expect(() => layer.weight.toArray()).toThrow(/initialize\(\), loadStateDict\(\) or bind\(\)/);
    expect(inspect(layer.weight)).toBe('Parameter f32 [1000, 1000] without values');
    expect(new Linear(2, 2).weight.bound).toBe(true);
  });

  it('leaves a model that can be filled later', () => {
    const layer = withoutInit(() => new Linear(3, 2));
    initialize(layer, 1);
    const other = withoutInit(() => new Linear(3, 2));
    other.loadStateDict(layer.stateDict());
    expect(other.stateDict()).toEqual(layer.stateDict());
  });

  it('covers what comes after an await, and nothing beside it', async () => {
    const [inside, outside] = await Promise.all([
      withoutInit(async () => {
        await Promise.resolve();
        return new Linear(2, 2);
      }),
      Promise.resolve().then(() => new Linear(2, 2)),
    ]);
    expect([inside.weight.bound, outside.weight.bound]).toEqual([false, true]);
  });

  it('ends with an error as well', () => {
    expect(() => withoutInit(() => new Linear(0, 1))).toThrow();
    expect(new Linear(1, 1).weight.bound).toBe(true);
  });
});
