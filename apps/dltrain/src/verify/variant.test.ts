import { describe, expect, it } from 'vitest';
import { UsageError } from '../usage-error.js';
import { describeVariant, variantsOf } from './variant.js';

const nodes = [
  { path: '/bin/node', version: '20.19.0' },
  { path: '/opt/node', version: '24.1.0' },
];
const [one] = nodes.map((node) => [node]);

describe('variantsOf', () => {
  it('takes every worker count on every Node, and then with a worker killed', () => {
    expect(variantsOf(nodes, [1, 2], true).map(describeVariant)).toEqual([
      'Node 20.19.0, 1 worker',
      'Node 20.19.0, 2 workers',
      'Node 20.19.0, 1 worker, one killed',
      'Node 20.19.0, 2 workers, one killed',
      'Node 24.1.0, 1 worker',
      'Node 24.1.0, 2 workers',
      'Node 24.1.0, 1 worker, one killed',
      'Node 24.1.0, 2 workers, one killed',
    ]);
  });

  it('refuses a single run, and says what would make it two', () => {
    const alone = () => variantsOf(one ?? [], [1], false);
    expect(alone).toThrow(UsageError);
    expect(alone).toThrow(
      /nothing to compare Node 20\.19\.0, 1 worker with; .*--workers 1,2,3.*--kill.*--node/,
    );
    expect(variantsOf(one ?? [], [1, 3], false)).toHaveLength(2);
    expect(variantsOf(one ?? [], [1], true)).toHaveLength(2);
    expect(variantsOf(nodes, [1], false)).toHaveLength(2);
  });
});
