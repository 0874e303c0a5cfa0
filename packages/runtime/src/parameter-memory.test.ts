import { buildLayers, withoutInit } from '@dltrain/nn';
import { describe, expect, it } from 'vitest';
import { checkParameterMemory } from './parameter-memory.js';

const linear = (outFeatures: number) =>
  withoutInit(() => buildLayers({ input: [4], layers: [{ type: 'linear', outFeatures }] }));
const trainer = { batchSize: 4 };

describe('checkParameterMemory', () => {
  it('takes a model whose copies, states, panels and gradients fit', () => {
    const options = {
      optimizer: { type: 'adam', lr: 0.1 },
      trainer,
      parallel: { workers: 4 },
    } as const;
    expect(() => checkParameterMemory(linear(1000), options)).not.toThrow();
  });

  it('says what the parameters of another need, for the workers that have leaves', () => {
    const check = (workers: number) => () =>
      checkParameterMemory(linear(2 ** 28), {
        optimizer: { type: 'sgd', lr: 0.1, momentum: 0.9 },
        parallel: { workers },
        trainer,
        checkpoint: { every: { epochs: 1 } },
      });
    // 4 * 2^28 weights and 2^28 biases of four bytes are 5 GiB.
    expect(check(1)).toThrow(
      /^its parameters need 48\.0 GiB of memory, and there are \d+\.\d .iB: 15\.0 GiB values in 3 copies, 15\.0 GiB optimizer states \(.*\), 8\.0 GiB weights packed .*, 5\.0 GiB gradients of 1 worker, 5\.0 GiB the reduced/,
    );
    expect(check(64)).toThrow(/20\.0 GiB gradients of 4 workers, .*; make its layers smaller$/);
  });

  it('advises to use fewer workers only where that helps', () => {
    const check = (workers: number) => () =>
      checkParameterMemory(linear(2 ** 24), {
        optimizer: { type: 'sgd', lr: 0.1 },
        parallel: { workers, shards: 64 },
        trainer: { batchSize: 64 },
      });
    expect(check(2)).not.toThrow();
    expect(check(64)).toThrow(/or use fewer workers$/);
  });
});
