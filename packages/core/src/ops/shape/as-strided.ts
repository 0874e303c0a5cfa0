import { zeros } from '../../create.js';
import { bytesPerElement } from '../../dtype.js';
import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { collapseAxes, type Shape } from '../../shape.js';
import { stridedCopy, stridedScatter } from '../../strided.js';
import { Tensor } from '../../tensor.js';

/** A walk over the elements of a tensor: sizes, and how many elements a step along each axis goes. */
interface Walk {
  readonly shape: Shape;
  readonly strides: readonly number[];
  /** The element at which the walk starts. */
  readonly offset: number;
}

/** A walk, and the shape of the tensor that is walked. */
interface WalkBack extends Walk {
  readonly whole: Shape;
}

const asStridedOp = defineOp<1, Walk>({
  name: 'asStrided',
  arity: 1,
  lazy: true,
  forward: ({ inputs: [x], args: { shape, strides, offset } }) => {
    if (inOnePiece(shape, strides)) {
      return new Tensor(
        shape,
        x.dtype,
        x.storage,
        x.byteOffset + offset * bytesPerElement(x.dtype),
      );
    }
    x.address();
    return stridedCopy(x, shape, strides, offset);
  },
  derivative: {
    transpose: [
      (gradient, { inputs: [x], args }): Tensor =>
        stridedAddOp([gradient], { ...args, whole: x.shape }),
    ],
  },
  torch: "torch.as_strided(a, args['shape'], args['strides'], args['offset'])",
  samples: [
    { inputs: [[2, 6]], args: { shape: [3, 2], strides: [2, 5], offset: 1 } },
    { inputs: [[4, 3]], args: { shape: [2, 3], strides: [3, 1], offset: 3 } },
    { inputs: [[7]], args: { shape: [3, 4], strides: [1, 1], offset: 1 } },
    { inputs: [[5]], args: { shape: [2, 3], strides: [0, 2], offset: 0 } },
    { inputs: [[5]], args: { shape: [3], strides: [-2], offset: 4 }, golden: false },
    { inputs: [[3]], args: { shape: [], strides: [], offset: 2 } },
    { inputs: [[3, 2]], args: { shape: [0, 2], strides: [2, 1], offset: 0 } },
  ],
});

const stridedAddOp = defineOp<1, WalkBack>({
  name: 'stridedAdd',
  arity: 1,
  forward: ({ inputs: [x], args: { whole, strides, offset } }) => {
    const out = zeros(whole, { dtype: x.dtype });
    if (x.size === 0) return out;
    if (meetsNothingTwice(x.shape, strides)) {
      stridedScatter(out, x, strides, offset);
    } else {
      const { shape, strides: steps } = collapseAxes(x.shape, [strides]);
      const start = out.address() + offset * bytesPerElement(x.dtype);
      const add = engine().kernel('stridedAdd', x.dtype);
      add(start, x.address(), engine().describe(shape, ...steps));
    }
    return out;
  },
  derivative: { transpose: [(gradient, { args }): Tensor => asStridedOp([gradient], args)] },
  torch:
    "a.new_zeros(args['whole']).reshape(-1).index_add(0, torch.arange(math.prod(args['whole']))" +
    ".as_strided(args['shape'], args['strides'], args['offset']).reshape(-1), a.reshape(-1))" +
    ".reshape(args['whole'])",
  samples: [
    { inputs: [[3, 2]], args: { whole: [2, 6], shape: [3, 2], strides: [2, 5], offset: 1 } },
    { inputs: [[3, 4]], args: { whole: [7], shape: [3, 4], strides: [1, 1], offset: 1 } },
    { inputs: [[2, 3]], args: { whole: [5], shape: [2, 3], strides: [0, 2], offset: 0 } },
    { inputs: [[0, 2]], args: { whole: [3, 2], shape: [0, 2], strides: [2, 1], offset: 0 } },
  ],
});

/** Whether the elements of a walk lie one after another. */
function inOnePiece(shape: Shape, strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    if (size !== 1 && strides[axis] !== step) return false;
    step *= size;
  }
  return true;
}

/** Whether each step of a walk is longer than all of the walk along the axes with shorter steps. */
function meetsNothingTwice(shape: Shape, strides: readonly number[]): boolean {
  let reach = 0;
  return shape
    .map((size, axis) => ({ size, step: Math.abs(strides[axis] ?? 0) }))
    .filter(({ size }) => size > 1)
    .sort((a, b) => a.step - b.step)
    .every(({ size, step }) => {
      const clear = step > reach;
      reach += (size - 1) * step;
      return clear;
    });
}

/**
 * The elements that a walk with any strides meets, in its order: 0 repeats, a negative one goes back.
 * What lies in one piece is only looked at, not copied. The walk is not checked to stay inside.
 * Derivative: each gradient added where its element came from.
 */
export function asStrided(x: Tensor, shape: Shape, strides: readonly number[], offset = 0): Tensor {
  return asStridedOp([x], { shape, strides, offset });
}

/**
 * Zeros in the shape `whole`, to which each element of `x` is added where a walk with these strides
 * comes along: the transpose of `asStrided`.
 */
export function stridedAdd(
  x: Tensor,
  whole: Shape,
  strides: readonly number[],
  offset = 0,
): Tensor {
  return stridedAddOp([x], { whole, shape: x.shape, strides, offset });
}
