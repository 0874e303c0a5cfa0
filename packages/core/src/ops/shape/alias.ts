import { defineOp } from '../../op.js';
import { Tensor } from '../../tensor.js';

const aliasOp = defineOp({
  name: 'alias',
  arity: 1,
  lazy: true,
  forward: ({ inputs: [x] }) => new Tensor(x.shape, x.dtype, x.storage, x.byteOffset),
  derivative: { transpose: [(gradient) => gradient] },
  torch: 'a.clone()',
  samples: [{ inputs: [[2, 3]] }],
});

/** The same elements under a new name, so that a sweep can end there. Derivative: the identity. */
export function alias(x: Tensor): Tensor {
  return aliasOp([x]);
}
