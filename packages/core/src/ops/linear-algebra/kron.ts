import { registerComposed } from '../../op.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';

/**
 * The Kronecker product: every element of `a` times all of `b`, as blocks. The sizes multiply axis by
 * axis; the tensor with fewer axes gets axes of size 1 in front.
 *
 * @example
 * kron(tensor([1, 10]), tensor([1, 2])); // [1, 2, 10, 20]
 */
export function kron(a: Tensor, b: Tensor): Tensor {
  const rank = Math.max(a.rank, b.rank);
  const filled = ({ shape }: Tensor): Shape => [
    ...new Array<number>(rank - shape.length).fill(1),
    ...shape,
  ];
  const [sizesA, sizesB] = [filled(a), filled(b)];
  const product = mul(
    reshape(
      a,
      sizesA.flatMap((size) => [size, 1]),
    ),
    reshape(
      b,
      sizesB.flatMap((size) => [1, size]),
    ),
  );
  return reshape(
    product,
    sizesA.map((size, axis) => size * (sizesB[axis] ?? 1)),
  );
}

registerComposed({
  name: 'kron',
  run: ([a, b]) => kron(a, b),
  torch: 'torch.kron(a, b)',
  samples: [
    {
      inputs: [
        [2, 2],
        [2, 3],
      ],
    },
    { inputs: [[3], [2, 2]] },
    { inputs: [[], [2]] },
    { inputs: [[0], [2]] },
  ],
});
