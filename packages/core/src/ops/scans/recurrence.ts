import { defineOp } from '../../op.js';
import { backwards, previous, runScan, type ScanArgs } from './scan.js';
import type { Tensor } from '../../tensor.js';
import { mul } from '../elementwise/mul.js';

const recurrenceOp = defineOp<2, ScanArgs>({
  name: 'recurrence',
  arity: 2,
  forward: ({ inputs: [a, b], args }) => runScan('recurrence', [a, b], args),
  derivative: {
    vjp: [
      (gradient, { inputs: [a], output, args }) =>
        mul(adjoint(a, gradient, args), previous(output, args, 0)),
      (gradient, { inputs: [a], args }) => adjoint(a, gradient, args),
    ],
    jvp: [
      (tangent, { inputs: [a], output, args }) =>
        recurrence(a, mul(tangent, previous(output, args, 0)), args),
      (tangent, { inputs: [a], args }) => recurrence(a, tangent, args),
    ],
  },
  torch: [
    "(lambda d, flip, scan: flip(torch.stack(scan(flip(a, d).unbind(d), flip(b, d).unbind(d)), d), d))(args['axis'],",
    "(lambda t, d: t.flip(d)) if args.get('reverse') else (lambda t, d: t),",
    "lambda p, q: list(__import__('itertools').accumulate(zip(p[1:], q[1:]),",
    'lambda s, pq: pq[1] + pq[0] * s, initial=q[0])))',
  ].join(' '),
  samples: [
    { inputs: [[5], [5]], args: { axis: 0 } },
    {
      inputs: [
        [2, 4],
        [2, 4],
      ],
      args: { axis: 1, reverse: true },
    },
    {
      inputs: [
        [3, 2],
        [3, 2],
      ],
      args: { axis: 0 },
    },
    {
      inputs: [
        [0, 2],
        [0, 2],
      ],
      args: { axis: 0 },
      golden: false,
    },
  ],
});

/** The recurrence that an adjoint obeys: the same factors, met the other way round. */
function adjoint(a: Tensor, gradient: Tensor, args: ScanArgs): Tensor {
  const back = backwards(args);
  return recurrence(previous(a, back, 0), gradient, back);
}

/**
 * `s_j = b_j + a_j s_(j-1)` along an axis, with nothing before the first: what the derivatives of
 * running products are made of, without a division. Its own are of the same kind.
 */
export function recurrence(a: Tensor, b: Tensor, args: ScanArgs): Tensor {
  return recurrenceOp([a, b], args);
}
