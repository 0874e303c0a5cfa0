import {
  backward,
  randn,
  scaledDotProductAttention,
  scope,
  selfAttention,
  sum,
} from '@dltrain/core';
import { microSuite } from '../micro-suite.js';
import { gpt, sizes } from '../workloads/gpt.js';
import { attentionFlops } from '../workloads/workload.js';

const { context, width, heads } = sizes;
const features = width / heads;
const shape = [gpt.batch, heads, context, features];
const joined = [gpt.batch, context, 3 * width];
const flops = gpt.batch * heads * attentionFlops({ length: context, features });
const options = { causal: true };
const setup = [
  ...['q', 'k', 'v'].map(
    (name) => `${name} = torch.randn(${shape.join(', ')}, requires_grad=True)`,
  ),
  `future = torch.full([${context}, ${context}], -torch.inf).triu(1)`,
  'def attend():',
  `    scores = (q * ${features} ** -0.5) @ k.transpose(-2, -1)`,
  '    return F.softmax(scores + future, -1) @ v',
  'def learn():',
  '    q.grad = k.grad = v.grad = None',
  '    attend().sum().backward()',
  'def look():',
  '    with torch.no_grad(): return attend()',
].join('\n');

export const attention = microSuite({
  name: 'attention',
  title: `Attention of a layer of workload D, [${shape.join(', ')}], causal, on one thread`,
  cases: () => [
    {
      name: 'joined projections, forward',
      work: { flops },
      ops: () => {
        const x = randn(joined);
        return () => {
          scope(() => {
            selfAttention(x, heads, options);
          });
        };
      },
      torch: { setup, call: 'look()' },
    },
    {
      name: 'joined projections, forward and backward',
      work: { flops: 3 * flops },
      ops: () => {
        const x = randn(joined, { requiresGrad: true });
        return () => {
          scope(() => {
            x.grad = null;
            backward(sum(selfAttention(x, heads, options)));
          });
        };
      },
      torch: { setup, call: 'learn()' },
    },
    {
      name: 'as ops, forward',
      work: { flops },
      ops: () => {
        const [q, k, v] = [randn(shape), randn(shape), randn(shape)];
        return () => {
          scope(() => {
            scaledDotProductAttention(q, k, v, options);
          });
        };
      },
      torch: { setup, call: 'look()' },
    },
    {
      name: 'as ops, forward and backward',
      work: { flops: 3 * flops },
      ops: () => {
        const leaf = () => randn(shape, { requiresGrad: true });
        const [q, k, v] = [leaf(), leaf(), leaf()];
        return () => {
          scope(() => {
            q.grad = k.grad = v.grad = null;
            backward(sum(scaledDotProductAttention(q, k, v, options)));
          });
        };
      },
      torch: { setup, call: 'learn()' },
    },
  ],
  notes: ['products alone are counted, in full; a causal mask would allow for half of them'],
});
