import { engine } from '../../engine.js';
import { ShapeError } from '../../errors.js';
import { defineOp } from '../../op.js';
import { formatShape, sameShape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';

interface ActivationGradEntry {
  readonly name: string;
  /** The derivative by `y` of the result, times `outer`. */
  readonly byOutput: (outer: Tensor, gradient: Tensor, y: Tensor) => Tensor;
  /** Values of `y` to test with. */
  readonly range: { readonly low: number; readonly high: number };
  /** As in `Op`. */
  readonly torch: string;
}

/**
 * Defines the gradient through an activation, `g f'(x)` in terms of the output `y = f(x)`, over a
 * kernel `(out, g, y, n)`. Its Jacobians are diagonal.
 */
export function defineActivationGrad(
  entry: ActivationGradEntry,
): (gradient: Tensor, y: Tensor) => Tensor {
  const { name, byOutput, range, torch } = entry;
  const run = defineOp({
    name,
    arity: 2,
    forward: ({ inputs: [gradient, y] }) => {
      if (!sameShape(gradient.shape, y.shape)) {
        throw new ShapeError(
          `${name}: the gradient has shape ${formatShape(gradient.shape)}, the output ` +
            `${formatShape(y.shape)}; they must be equal`,
        );
      }
      const out = emptyTensor(y.shape, y.dtype, name);
      engine().kernel(name, y.dtype)(out.address(), gradient.address(), y.address(), y.size);
      return out;
    },
    derivative: {
      symmetric: [
        (outer, { inputs: [, y] }): Tensor => run([outer, y]),
        (outer, { inputs: [gradient, y] }) => byOutput(outer, gradient, y),
      ],
    },
    torch,
    samples: [
      { inputs: [[3, 5], { shape: [3, 5], ...range }] },
      { inputs: [[], { shape: [], ...range }] },
      { inputs: [[0], [0]] },
      {
        inputs: [[3], { shape: [3], values: [NaN, 0, Infinity] }],
        extreme: true,
      },
    ],
  });
  return (gradient, y) => run([gradient, y]);
}
