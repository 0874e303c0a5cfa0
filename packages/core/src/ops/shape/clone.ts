import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { emptyTensor, type Tensor } from '../../tensor.js';

const cloneOp = defineOp({
  name: 'clone',
  arity: 1,
  forward: ({ inputs: [x] }) => {
    const out = emptyTensor(x.shape, x.dtype, 'clone');
    const to = out.address();
    const from = x.address();
    new Uint8Array(engine().memory).copyWithin(to, from, from + x.byteLength);
    return out;
  },
  derivative: { transpose: [(gradient) => gradient] },
  torch: 'a.clone()',
  samples: [{ inputs: [[2, 3]] }, { inputs: [[]] }, { inputs: [[0, 2]] }],
});

/** A copy with storage of its own. Derivative: the identity. */
export function clone(x: Tensor): Tensor {
  return cloneOp([x]);
}
