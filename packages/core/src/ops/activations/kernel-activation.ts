import { onesLike } from '../../create.js';
import { isFloat } from '../../dtype.js';
import { engine } from '../../engine.js';
import { ShapeError } from '../../errors.js';
import { defineOp, type Sample } from '../../op.js';
import { cast } from '../elementwise/to.js';
import { mul } from '../elementwise/mul.js';
import { formatShape, sameShape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';

interface KernelActivationEntry<A> {
  readonly name: string;
  /** The kernel, when it is not named like the op. */
  readonly kernel?: string;
  /** The numbers that the kernels are given behind the count. */
  readonly numbers: (args: A) => readonly number[];
  /** The second derivative at x, in ops. */
  readonly curvature: (x: Tensor, args: A) => Tensor;
  /** As in `Op`. */
  readonly torch: string;
  readonly samples: readonly Sample<A>[];
}

/**
 * Defines an activation over a kernel `(out, x, n, numbers...)` and the gradient through it, `g f'(x)`, over
 * `<kernel>Grad` with the operands `(out, g, x, n, numbers...)`: an op of its own, of which the derivative of the
 * activation is made, too.
 */
export function defineKernelActivation<A>(
  entry: KernelActivationEntry<A>,
): (x: Tensor, args: A) => Tensor {
  const { name, kernel = name, numbers, curvature, torch, samples } = entry;
  const gradName = `${name}Grad`;
  const throughOp = defineOp<2, A>({
    name: gradName,
    arity: 2,
    forward: ({ inputs: [gradient, x], args }) => {
      if (!sameShape(gradient.shape, x.shape)) {
        throw new ShapeError(
          `${gradName}: the gradient has shape ${formatShape(gradient.shape)}, x ` +
            `${formatShape(x.shape)}; they must be equal`,
        );
      }
      const out = emptyTensor(x.shape, x.dtype, gradName);
      const call = engine().kernel(`${kernel}Grad`, x.dtype);
      call(out.address(), gradient.address(), x.address(), x.size, ...numbers(args));
      return out;
    },
    derivative: {
      local: [
        ({ inputs: [, x], args }): Tensor => slope(x, args),
        ({ inputs: [gradient, x], args }) => mul(gradient, curvature(x, args)),
      ],
    },
    // PyTorch's own gradient, of the sum of the activation.
    torch: `(lambda a: torch.autograd.grad((${torch}).sum(), a, create_graph=True)[0])(b) * a`,
    samples: samples.map((sample) => ({
      ...sample,
      inputs: [shapeOf(sample), ...sample.inputs],
    })),
  });
  const through = throughOp as (inputs: readonly [Tensor, Tensor], args: A) => Tensor;
  const slope = (x: Tensor, args: A): Tensor => through([onesLike(x), x], args);
  const activationOp = defineOp<1, A>({
    name,
    arity: 1,
    forward: ({ inputs: [x], args }) => {
      const out = emptyTensor(x.shape, x.dtype, name);
      engine().kernel(kernel, x.dtype)(out.address(), x.address(), x.size, ...numbers(args));
      return out;
    },
    derivative: {
      local: [({ inputs: [x], args }) => slope(x, args)],
      fused: [(gradient, { inputs: [x], args }) => through([gradient, x], args)],
    },
    torch,
    samples,
  });
  const run = activationOp as (inputs: readonly [Tensor], args: A) => Tensor;
  return (x, args) => run([isFloat(x.dtype) ? x : cast(x, 'f32')], args);
}

function shapeOf({ inputs: [given] }: Sample): readonly number[] {
  return given === undefined ? [] : 'shape' in given ? given.shape : given;
}
