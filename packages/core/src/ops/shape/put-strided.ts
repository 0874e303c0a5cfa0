import { zerosLike } from '../../create.js';
import { defineOp } from '../../op.js';
import { stridedScatter } from '../../strided.js';
import type { Tensor } from '../../tensor.js';
import { asStrided } from './as-strided.js';
import { clone } from './clone.js';

interface PutStridedArgs {
  readonly strides: readonly number[];
  /** The element at which the walk starts. */
  readonly offset: number;
}

const putStridedOp = defineOp<2, PutStridedArgs>({
  name: 'putStrided',
  arity: 2,
  forward: ({ inputs: [x, source], args: { strides, offset } }) => {
    const out = clone(x);
    stridedScatter(out, source, strides, offset);
    return out;
  },
  derivative: {
    transpose: [
      (gradient, { inputs: [, source], args: { strides, offset } }) =>
        putStrided(gradient, zerosLike(source), strides, offset),
      (gradient, { inputs: [, source], args: { strides, offset } }) =>
        asStrided(gradient, source.shape, strides, offset),
    ],
  },
  torch:
    "a.flatten().index_copy(0, torch.arange(a.numel()).as_strided(b.shape, args['strides'], " +
    "args['offset']).flatten(), b.flatten()).reshape(a.shape)",
  samples: [
    {
      inputs: [
        [3, 4],
        [2, 2],
      ],
      args: { strides: [4, 2], offset: 4 },
    },
    { inputs: [[5], [3]], args: { strides: [-2], offset: 4 }, golden: false },
    { inputs: [[3], []], args: { strides: [], offset: 1 } },
    { inputs: [[3], [0]], args: { strides: [1], offset: 0 } },
  ],
});

/**
 * `x` with the elements of the source in the places that a walk over it meets, none of them twice:
 * the counterpart of `asStrided`.
 */
export function putStrided(
  x: Tensor,
  source: Tensor,
  strides: readonly number[],
  offset: number,
): Tensor {
  return putStridedOp([x, source], { strides, offset });
}
