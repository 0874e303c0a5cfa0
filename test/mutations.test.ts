import { beforeAll, describe, expect, it } from 'vitest';
import { hashesOfMutant, type Mutation } from './support/mutant.js';
import { isSecondNode } from './support/second-node.js';

// An invariance test that cannot fail proves nothing. Here the code is changed the way a careless
// optimisation would, and the hashes must notice.

const workers = [1, 2, 3];
let reference: string;

/** Mistakes that make the result depend on the number of workers. */
const dependsOnWorkers: [string, Mutation][] = [
  [
    'leaves that follow the workers',
    {
      file: 'runtime/dist/plan.js',
      from: "const leaves = leafCount(microBatch, parallel.shards ?? 'auto') * accumulate;",
      to: 'const leaves = parallel.workers * 2;',
    },
  ],
  [
    'sums joined in the order of the ranks',
    {
      file: 'runtime/dist/all-reduce.js',
      from: 'this.sum = this.plan({ low: 0, high: subtrees.at(-1)?.high ?? 1 });',
      to: 'this.sum = subtrees.map((_, i) => ({ subtree: i })).reduce((left, right) => ({ left, right }));',
    },
  ],
  [
    'dropout keyed by the rank',
    {
      file: 'runtime/dist/compute-leaves.js',
      from: "'leaf', plan.step, range.low)",
      to: "'leaf', plan.step, context.rank)",
    },
  ],
  [
    'leaves computed together where a layer is not row-wise',
    {
      file: 'runtime/dist/compute-leaves.js',
      from: '!isRowwise(context.model) ||',
      to: '',
    },
  ],
];

/** Changes of an order of summation: the same for every number of workers, but other bits. */
const changesBits: [string, Mutation][] = [
  [
    'another tree over the leaves',
    {
      file: 'core/dist/tree.js',
      from: 'while (half * 2 < high - low)',
      to: 'while (half * 4 < high - low)',
    },
  ],
  [
    'another block along k',
    {
      file: 'kernels/assembly/k-blocks.ts',
      from: 'const LONGEST: i32 = 384;',
      to: 'const LONGEST: i32 = 128;',
    },
  ],
  [
    'another tree over the lanes',
    {
      file: 'kernels/assembly/lane-sum.ts',
      from: `  for (let half = LANES >> 1; half >= 1; half >>= 1) {
    addInto<T>(sums, sums + (<usize>(half * width) << alignof<T>()), half * width);
  }`,
      to: `  for (let lane = 1; lane < LANES; lane++) {
    addInto<T>(sums, sums + (<usize>(lane * width) << alignof<T>()), width);
  }`,
    },
  ],
];

// What they show does not depend on the Node, and two of them compile the kernels anew.
describe.skipIf(isSecondNode)('a mutant', () => {
  beforeAll(async () => {
    const hashes = await hashesOfMutant([], workers);
    expect(new Set(hashes).size).toBe(1);
    [reference = ''] = hashes;
  });

  it.each(dependsOnWorkers)('with %s differs between worker counts', async (_, mutation) => {
    expect(new Set(await hashesOfMutant([mutation], workers)).size).toBeGreaterThan(1);
  });

  it.each(changesBits)(
    'with %s has other bits, the same for any worker count',
    async (_, mutation) => {
      const hashes = await hashesOfMutant([mutation], [1, 2]);
      expect(new Set(hashes).size).toBe(1);
      expect(hashes[0]).not.toBe(reference);
    },
    600_000,
  );
});
