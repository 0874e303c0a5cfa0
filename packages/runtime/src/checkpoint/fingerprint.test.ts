import { datasetFromArrays } from '@dltrain/data';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.js';

const data = (inputs: readonly number[], targets: readonly number[] | null, shape = [2]) =>
  datasetFromArrays({
    inputs: Float32Array.from(inputs),
    shape,
    ...(targets === null ? {} : { targets: Int32Array.from(targets) }),
  });

describe('the fingerprint of a dataset', () => {
  it('follows from its values, its targets and their shapes', async () => {
    const sets = [
      data([1, 2, 3, 4], [0, 1]),
      data([1, 2, 3, 5], [0, 1]),
      data([1, 2, 3, 4], [1, 1]),
      data([1, 2, 3, 4], null),
      data([1, 2, 3, 4], [0, 1], [2, 1]),
    ];
    const found = await Promise.all(sets.map(fingerprintOf));
    expect(new Set(found.map((one) => JSON.stringify(one))).size).toBe(sets.length);
    expect(await fingerprintOf(data([1, 2, 3, 4], [0, 1]))).toEqual(found[0]);
  });

  it('sees the last value of more than one piece', async () => {
    const many = new Float32Array(3_000_001);
    const of = () => fingerprintOf(datasetFromArrays({ inputs: many, shape: [1] }));
    const before = await of();
    many[3_000_000] = 1;
    expect((await of()).sha256).not.toBe(before.sha256);
  });
});
