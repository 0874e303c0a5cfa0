import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { WeightArray } from './options.js';
import { encodeWeights, hashesOf } from './weights.js';

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

function f32(...words: number[]): WeightArray {
  const data = new Float32Array(Uint32Array.from(words).buffer);
  return { dtype: 'f32', shape: [words.length], data };
}

describe('hashesOf', () => {
  it('hashes the file, and the bytes of each parameter in it', () => {
    const wide: WeightArray = { dtype: 'f64', shape: [2], data: Float64Array.of(0.1, -0) };
    const weights = new Map([
      ['b', f32(0x3f800000, 0x80000000)],
      ['a', wide],
    ]);
    const { sha256: file, parameters } = hashesOf(weights);
    expect(file).toBe(encodeWeights(weights).sha256);
    expect(Object.entries(parameters)).toEqual([
      ['b', sha256(new Uint8Array(Float32Array.of(1, -0).buffer))],
      ['a', sha256(new Uint8Array(Float64Array.of(0.1, -0).buffer))],
    ]);
  });

  it('takes every NaN for the same one, and tells 0 from -0', () => {
    const of = (...words: number[]) => hashesOf(new Map([['w', f32(...words)]]));
    expect(of(1, 0xffc00001)).toEqual(of(1, 0x7fc00000));
    expect(of(0).parameters).not.toEqual(of(0x80000000).parameters);
  });

  it('names a parameter without elements', () => {
    const { parameters } = hashesOf(new Map([['w', f32()]]));
    expect(parameters).toEqual({ w: sha256(new Uint8Array()) });
  });
});
