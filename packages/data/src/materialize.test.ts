import { describe, expect, it } from 'vitest';
import { DTypeError, ShapeError, ValueError } from '@dltrain/core';
import { DataError } from './errors.js';
import { materialize, type DatasetSource, type Sample } from './materialize.js';

const parity = (i: number): Sample => ({ input: [i, i + 1], target: i % 2 });

function* samples(count: number): Generator<Sample> {
  for (let i = 0; i < count; i++) yield parity(i);
}

async function* later(count: number): AsyncGenerator<Sample> {
  for (let i = 0; i < count; i++) yield await Promise.resolve(parity(i));
}

describe('materialize', () => {
  it.each<[string, () => DatasetSource]>([
    ['an object that answers by index', () => ({ length: 3, get: parity })],
    ['one that answers later', () => ({ length: 3, get: (i) => Promise.resolve(parity(i)) })],
    ['an array', () => [0, 1, 2].map(parity)],
    ['a generator', () => samples(3)],
    ['an async generator', () => later(3)],
  ])('reads %s', async (_, source) => {
    const set = await materialize(source());
    expect(set.length).toBe(3);
    expect(set.inputs).toEqual({
      dtype: 'f32',
      shape: [2],
      data: Float32Array.of(0, 1, 1, 2, 2, 3),
    });
    expect(set.targets).toMatchObject({ data: Int32Array.of(0, 1, 0), classes: 2 });
  });

  it('gives flat samples the shape asked for, and leaves targets out where there are none', async () => {
    const set = await materialize([{ input: new Uint8Array(6) }], { shape: [1, 2, 3] });
    expect(set.inputs.shape).toEqual([1, 2, 3]);
    expect(set.targets).toBeNull();
  });

  it('keeps the classes told', async () => {
    const set = await materialize([parity(0)], { classes: 2, classNames: ['even', 'odd'] });
    expect(set.targets).toMatchObject({ classes: 2, classNames: ['even', 'odd'] });
  });

  it.each<[string, DatasetSource, new (message: string) => Error, string]>([
    [
      'a sample of another shape',
      [{ input: [1, 2] }, { input: [1, 2] }, { input: [1] }],
      ShapeError,
      'sample 2: input has shape [1], but that of sample 0 is [2]',
    ],
    [
      'a target that is missing',
      [parity(0), { input: [1, 2] }],
      ShapeError,
      'sample 1 has no target',
    ],
    ['no samples', [], ValueError, '0 samples'],
    ['more than fits', { length: 1e12, get: parity }, ValueError, 'raise maxBytes'],
    ['an odd length', { length: 1.5, get: parity }, DataError, 'length 1.5'],
  ])('refuses %s', async (_, source, type, message) => {
    await expect(materialize(source)).rejects.toThrow(type);
    await expect(materialize(source)).rejects.toThrow(message);
  });

  it('refuses what is no sample or no dataset', async () => {
    const untyped = (source: unknown): Promise<unknown> => materialize(source as DatasetSource);
    await expect(untyped([7])).rejects.toThrow(DTypeError);
    await expect(untyped([7])).rejects.toThrow('sample 0 is not an object');
    await expect(untyped(7)).rejects.toThrow('this is no dataset');
    await expect(untyped({})).rejects.toThrow(DataError);
  });

  it('names the sample at which the source throws, and keeps the cause', async () => {
    const cause = new Error('disk on fire');
    const get = (i: number): Sample => {
      if (i === 1) throw cause;
      return parity(i);
    };
    await expect(materialize({ length: 2, get })).rejects.toMatchObject({
      name: 'DataError',
      message: 'sample 1: get(1) threw: disk on fire',
      cause,
    });
    function* broken(): Generator<Sample> {
      yield parity(0);
      throw cause;
    }
    await expect(materialize(broken())).rejects.toThrow('sample 1: the iterator threw');
  });

  it('ends an endless source at the limit and closes it', async () => {
    let closed = false;
    function* endless(): Generator<Sample> {
      try {
        for (let i = 0; ; i++) yield parity(i);
      } finally {
        closed = true;
      }
    }
    await expect(materialize(endless(), { maxBytes: 1024 })).rejects.toThrow('1024 bytes');
    expect(closed).toBe(true);
  });
});
