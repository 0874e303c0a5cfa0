import { datasetFromArrays } from '@dltrain/data';
import { train } from '@dltrain/runtime';
import type { WeightsEvent } from '@dltrain/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { firstDifference } from './compare.js';
import type { Trail } from './compare.js';

function weights(step: number, parameters: Readonly<Record<string, string>>): WeightsEvent {
  return { event: 'weights', step, sha256: Object.values(parameters).join(), parameters };
}

const trail: Trail = [1, 2, 3].map((step) => weights(step, { a: `a${step}`, b: `b${step}` }));
const [one = weights(1, {}), two = weights(2, {}), three = weights(3, {})] = trail;

describe('firstDifference', () => {
  it('finds none between equal runs', () => {
    expect(firstDifference(trail, structuredClone(trail))).toBeNull();
    expect(firstDifference([], [])).toBeNull();
  });

  it('names the first step that differs, and the tensors in it', () => {
    const other = [one, weights(2, { a: 'a2', b: 'x' }), weights(3, { a: 'x', b: 'x' })];
    const expected = { kind: 'weights', step: 2, tensors: ['b'] };
    expect(firstDifference(trail, other)).toEqual(expected);
    expect(firstDifference(other, trail)).toEqual(expected);
  });

  it('names tensors that only one of the runs has', () => {
    const other = [weights(1, { a: 'a1', c: 'c1' })];
    expect(firstDifference(trail, other)).toMatchObject({ step: 1, tensors: ['b', 'c'] });
  });

  it('sees a file that differs though its tensors do not', () => {
    const other = [one, { ...two, sha256: 'x' }];
    expect(firstDifference(trail, other)).toEqual({ kind: 'weights', step: 2, tensors: [] });
  });

  it.each([
    ['at the end', [one, two], 3],
    ['in the middle', [one, three], 2],
    ['at the beginning', [two, three], 1],
    ['everywhere', [], 1],
  ])('misses steps %s', (_, other, step) => {
    expect(firstDifference(trail, other)).toEqual({ kind: 'missing', step, from: 'second' });
    expect(firstDifference(other, trail)).toEqual({ kind: 'missing', step, from: 'first' });
  });
});

/** What a run of six steps of four samples tells; `changed` is a sample with another value. */
async function trailOf(workers: number, { shards = 4, changed = -1 } = {}): Promise<Trail> {
  const inputs = Float32Array.from({ length: 72 }, (_, i) => Math.sin(i * i + 1));
  if (changed >= 0) inputs[3 * changed] = 0.7;
  const targets = Int32Array.from({ length: 24 }, (_, i) => i % 2);
  const run = train({
    data: { train: datasetFromArrays({ inputs, shape: [3], targets }), shuffle: false },
    model: {
      input: [3],
      layers: [{ type: 'linear', outFeatures: 8 }, 'tanh', { type: 'linear', outFeatures: 2 }],
    },
    loss: 'cross_entropy',
    optimizer: { type: 'sgd', lr: 0.1 },
    trainer: { batchSize: 4, maxEpochs: 1 },
    parallel: { workers, shards },
    hashWeights: true,
  });
  const found: WeightsEvent[] = [];
  for await (const event of run) if (event.event === 'weights') found.push(event);
  return found;
}

describe('firstDifference between real runs', () => {
  let alone: Trail = [];
  beforeAll(async () => {
    alone = await trailOf(1);
  });

  it('finds none between worker counts', async () => {
    expect(alone).toHaveLength(6);
    expect(firstDifference(alone, await trailOf(2))).toBeNull();
    expect(firstDifference(alone, await trailOf(3))).toBeNull();
  });

  it('finds the step in which one sample was another', async () => {
    // Samples 12 to 15 are those of step 4; all weights depend on them.
    const found = firstDifference(alone, await trailOf(2, { changed: 13 }));
    const tensors = ['0.weight', '0.bias', '2.weight', '2.bias'];
    expect(found).toEqual({ kind: 'weights', step: 4, tensors });
  });

  it('finds sums of gradients in another order', async () => {
    const found = firstDifference(alone, await trailOf(1, { shards: 1 }));
    expect(found).toMatchObject({ kind: 'weights' });
  });
});
