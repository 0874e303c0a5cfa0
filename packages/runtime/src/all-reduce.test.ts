import { engine } from '@dltrain/core';
import { afterEach, describe, expect, it } from 'vitest';
import { AllReduce } from './all-reduce.js';
import { layOutParameters } from './parameter-layout.js';
import { subtreesByRank } from './rank-context.js';
import { Regions } from './regions.js';
import { foldTree } from '@dltrain/core';

const count = 5;
const { blocks } = layOutParameters([{ name: 'w', shape: [count], dtype: 'f32' }]);
const [block] = blocks;
if (block === undefined) throw new Error('A parameter has a block.');

const regions = new Regions();
afterEach(() => {
  regions.free();
});

const floats = (address: number, length = count) =>
  new Float32Array(engine().memory, address, length);

/** Numbers whose sum depends on the order, from 1e-6 to 1e6. */
function gradientOf(leaf: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const random = Math.sin(12.9898 * (leaf + 1) + 78.233 * (i + 1)) * 43758.5453;
    return (random - Math.floor(random) - 0.5) * 10 ** ((leaf * 7 + i) % 13) * 1e-6;
  });
}

/** The tree over single leaves; null for those that have no gradient. */
function reference(
  range: { low: number; high: number },
  gradient: (leaf: number) => Float32Array | null,
): Float32Array | null {
  return foldTree(range, gradient, (left, right) =>
    left === null || right === null
      ? (left ?? right)
      : left.map((value, i) => Math.fround(value + (right[i] ?? NaN))),
  );
}

/** Publishes the subtrees as ranks would, and reduces. */
function reduce(
  workers: number,
  leaves: number,
  gradient: (leaf: number) => Float32Array | null,
): { result: Float32Array | null; address: number; target: number; spare: number } {
  const subtrees = subtreesByRank(workers, leaves).flat();
  const table = regions.allocate(subtrees.length * 4, 'table');
  const spareBytes = count * 4;
  const spare = regions.allocate(subtrees.length * spareBytes, 'spare');
  const allReduce = new AllReduce(subtrees, 1, table, spare, spareBytes);
  subtrees.forEach((subtree, i) => {
    const sum = reference(subtree, gradient);
    const address = sum === null ? 0 : regions.allocate(sum.byteLength, 'gradient');
    if (sum !== null) floats(address).set(sum);
    allReduce.publish(i, 0, address);
  });
  const target = regions.allocate(count * 4, 'target');
  if (block === undefined) throw new Error('unreachable');
  const address = allReduce.reduce(block, target);
  return { result: address === 0 ? null : floats(address).slice(), address, target, spare };
}

describe('AllReduce', () => {
  it('has the bits of the tree over all leaves, for any number of workers', () => {
    for (let leaves = 1; leaves <= 17; leaves++) {
      const expected = reference({ low: 0, high: leaves }, gradientOf);
      for (const workers of [1, 2, 3, 4, 5, 7, 8, 16, 20]) {
        const { result } = reduce(workers, leaves, gradientOf);
        expect(result, `${workers} workers, ${leaves} leaves`).toEqual(expected);
      }
      regions.free();
    }
  });

  it('leaves out what is missing, whichever leaves have no gradient', () => {
    const leaves = 6;
    for (let present = 0; present < 2 ** leaves; present++) {
      const gradient = (leaf: number) => ((present >> leaf) & 1 ? gradientOf(leaf) : null);
      const expected = reference({ low: 0, high: leaves }, gradient);
      for (const workers of [2, 3, 5, 6]) {
        const { result } = reduce(workers, leaves, gradient);
        expect(result, `${workers} workers, leaves ${present.toString(2)}`).toEqual(expected);
      }
      regions.free();
    }
  });

  it('puts every sum where it stays while other blocks are reduced', () => {
    // With nothing in the left half the sum of the right half is the result.
    const gradient = (leaf: number) => (leaf < 4 ? null : gradientOf(leaf));
    const { address, target } = reduce(8, 8, gradient);
    expect(address).toBe(target);
  });

  it('copies nothing when one subtree has it all', () => {
    const { address, target } = reduce(4, 4, (leaf) => (leaf === 2 ? gradientOf(2) : null));
    expect(address).not.toBe(target);
    expect(floats(address)).toEqual(gradientOf(2));
  });
});
