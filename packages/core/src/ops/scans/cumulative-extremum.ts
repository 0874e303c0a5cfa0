import { alongAxisOfAny, aroundAxis } from '../../axis-layout.js';
import { isFloat } from '../../dtype.js';
import { engine } from '../../engine.js';
import type { AxisArgs } from '../indexing/element-indices.js';
import { defineOp, registerComposed } from '../../op.js';
import { gather } from '../indexing/gather.js';
import type { Chosen } from './sort.js';
import { cast } from '../elementwise/to.js';
import { emptyTensor, type Tensor } from '../../tensor.js';

/** Defines the largest or smallest so far along an axis, with its index. */
export function defineCumulativeExtremum(
  name: 'cummax' | 'cummin',
): (x: Tensor, axis: number) => Chosen {
  const kernel = name === 'cummax' ? 'cumargmax' : 'cumargmin';
  const indicesOp = defineOp<1, AxisArgs>({
    name: kernel,
    arity: 1,
    forward: ({ inputs: [x], args: { axis } }) => {
      const out = emptyTensor(x.shape, 'i32', name);
      const call = engine().kernel(kernel, x.dtype);
      call(out.address(), x.address(), ...aroundAxis(x.shape, axis));
      return out;
    },
    derivative: { nondifferentiable: 'an index is a whole number' },
    torch: `torch.${name}(a, args["axis"])[1]`,
    samples: [
      { inputs: [[6]], args: { axis: 0 } },
      { inputs: [[2, 4, 3]], args: { axis: 1 } },
      {
        inputs: [{ shape: [8], values: [1, 0, 1, 2, NaN, 3, NaN, 2] }],
        args: { axis: 0 },
        extreme: true,
      },
      { inputs: [{ shape: [2, 6], dtype: 'i32', low: -2, high: 2 }], args: { axis: 1 } },
    ],
  });
  const run = (x: Tensor, axis: number): Chosen => {
    const own = isFloat(x.dtype) ? x : cast(x, 'i32');
    const indices = alongAxisOfAny(name, own, axis, (rows, normal) =>
      indicesOp([rows], { axis: normal }),
    );
    return { values: gather(x, axis, indices), indices };
  };
  registerComposed<AxisArgs>({
    name,
    run: ([x], { axis }) => run(x, axis).values,
    torch: `torch.${name}(a, args["axis"])[0]`,
    samples: [
      { inputs: [[6]], args: { axis: 0 } },
      { inputs: [[2, 4, 3]], args: { axis: -2 } },
      { inputs: [[]], args: { axis: 0 } },
      {
        inputs: [{ shape: [8], values: [1, 0, 1, 2, NaN, 3, NaN, 2] }],
        args: { axis: 0 },
        extreme: true,
      },
    ],
  });
  return run;
}
