import { add, backward, ones, scope, sum } from '@dltrain/core';
import { microSuite } from '../micro-suite.js';

/** Calls in a row, so that what surrounds them does not count. */
const calls = 100;
const length = 4;

const setup = [
  `a, b = torch.ones(${length}), torch.ones(${length})`,
  `w = torch.ones(${length}, requires_grad=True)`,
  'def eager():',
  `    for _ in range(${calls}): torch.add(a, b)`,
  'def chain():',
  '    y = w',
  `    for _ in range(${calls}): y = torch.add(y, b)`,
  '    return y',
  'def learn():',
  '    w.grad = None',
  '    chain().sum().backward()',
].join('\n');

export const overhead = microSuite({
  name: 'overhead',
  title: `What an op costs besides arithmetic: additions of ${length} numbers`,
  cases: () => [
    {
      name: 'add, eager',
      work: { calls },
      ops: () => {
        const [a, b] = [ones([length]), ones([length])];
        return () => {
          scope(() => {
            for (let i = 0; i < calls; i++) add(a, b);
          });
        };
      },
      torch: { setup, call: 'eager()' },
    },
    {
      name: 'add, recorded',
      work: { calls },
      ops: () => {
        const { chain } = chainOfAdditions();
        return () => {
          scope(() => {
            chain();
          });
        };
      },
      torch: { setup, call: 'chain()' },
    },
    {
      name: 'add, recorded and differentiated',
      work: { calls },
      ops: () => {
        const { w, chain } = chainOfAdditions();
        return () => {
          scope(() => {
            w.grad = null;
            backward(sum(chain()));
          });
        };
      },
      torch: { setup, call: 'learn()' },
    },
  ],
  notes: [`each call is a row of ${calls}`],
});

function chainOfAdditions() {
  const [w, b] = [ones([length], { requiresGrad: true }), ones([length])];
  const chain = () => {
    let y = w;
    for (let i = 0; i < calls; i++) y = add(y, b);
    return y;
  };
  return { w, chain };
}
