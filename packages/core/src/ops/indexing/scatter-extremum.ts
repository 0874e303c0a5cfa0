import { zeros } from '../../create.js';
import { runByElement, type AxisArgs } from './element-indices.js';
import { defineOp } from '../../op.js';
import { clone } from '../shape/clone.js';
import { eq } from '../elementwise/compare.js';
import { div } from '../elementwise/div.js';
import { gather } from './gather.js';
import { mul } from '../elementwise/mul.js';
import { scatterAdd } from './scatter-add.js';
import { cast } from '../elementwise/to.js';
import type { Tensor } from '../../tensor.js';

interface ExtremumArgs extends AxisArgs {
  readonly reduction: 'amax' | 'amin';
}

/** The part that each element of `x` and of the source has in the extremum at its place. */
function shares(
  x: Tensor,
  indices: Tensor,
  source: Tensor,
  y: Tensor,
  axis: number,
): readonly [own: Tensor, ofSource: Tensor] {
  const own = cast(eq(x, y), x.dtype);
  const chosen = cast(eq(source, gather(y.detach(), axis, indices)), x.dtype);
  const count = scatterAdd(own, axis, indices, chosen);
  return [div(own, count), div(chosen, gather(count, axis, indices))];
}

const scatterExtremumOp = defineOp<3, ExtremumArgs>({
  name: 'scatterExtremum',
  arity: 3,
  forward: ({ inputs: [x, indices, source], args: { axis, reduction } }) => {
    const out = clone(x);
    const kernel = reduction === 'amax' ? 'scatterMax' : 'scatterMin';
    runByElement(kernel, [out, source, indices], x.shape, axis);
    return out;
  },
  derivative: {
    vjp: [
      (gradient, { inputs: [x, indices, source], output, args: { axis } }) =>
        mul(gradient, shares(x, indices, source, output, axis)[0]),
      { nondifferentiable: 'an index is a whole number' },
      (gradient, { inputs: [x, indices, source], output, args: { axis } }) =>
        mul(gather(gradient, axis, indices), shares(x, indices, source, output, axis)[1]),
    ],
    jvp: [
      (tangent, { inputs: [x, indices, source], output, args: { axis } }) =>
        mul(tangent, shares(x, indices, source, output, axis)[0]),
      { nondifferentiable: 'an index is a whole number' },
      (tangent, { inputs: [x, indices, source], output, args: { axis } }) => {
        const parts = mul(tangent, shares(x, indices, source, output, axis)[1]);
        return scatterAdd(zeros(x.shape, { dtype: x.dtype }), axis, indices, parts);
      },
    ],
  },
  torch: 'a.scatter_reduce(args["axis"], b, c, args["reduction"])',
  samples: [
    {
      inputs: [[4], { shape: [6], dtype: 'i32', low: 0, high: 3 }, [6]],
      args: { axis: 0, reduction: 'amax' },
    },
    {
      inputs: [[2, 3], { shape: [2, 2], dtype: 'i32', low: 0, high: 2 }, [2, 2]],
      args: { axis: 1, reduction: 'amin' },
    },
    {
      inputs: [
        { shape: [3], values: [2, 1, 3] },
        { shape: [5], dtype: 'i32', values: [0, 0, 1, 2, 2] },
        { shape: [5], values: [2, 2, NaN, Infinity, Infinity] },
      ],
      args: { axis: 0, reduction: 'amax' },
      extreme: true,
    },
  ],
});

/**
 * `x`, in which every element is the extremum of itself and of what the source brings to its place; those
 * of equal magnitude share the derivative, as in PyTorch. The indices are i32 and in range.
 */
export function scatterExtremum(
  reduction: ExtremumArgs['reduction'],
  x: Tensor,
  indices: Tensor,
  source: Tensor,
  axis: number,
): Tensor {
  return scatterExtremumOp([x, indices, source], { axis, reduction });
}
