import { bytesPerElement, isFloat, promote, type DType } from './dtype.js';
import { engine } from './engine.js';
import { broadcastShapes, broadcastStrides, collapseAxes, sameShape } from './shape.js';
import { defineOp, type Derivative, type Sample } from './op.js';
import { cast } from './ops/to.js';
import { emptyTensor, Tensor } from './tensor.js';

/** A tensor, or a number that stands for a tensor of its one value. */
export type Operand = Tensor | number;

interface UnaryEntry {
  readonly name: string;
  /** The kernel, when it is not named like the op. */
  readonly kernel?: string;
  readonly derivative: Derivative<1, undefined>;
  readonly samples: readonly Sample<undefined>[];
}

/** Defines `y_i = f(x_i)` over a kernel `(out, x, n)`. */
export function defineUnary(entry: UnaryEntry): (x: Tensor) => Tensor {
  const { name, kernel = name, derivative, samples } = entry;
  const run = defineOp({
    name,
    arity: 1,
    forward: ({ inputs: [x] }) => {
      const out = emptyTensor(x.shape, x.dtype, name);
      engine().kernel(kernel, x.dtype)(out.address(), x.address(), x.size);
      return out;
    },
    derivative,
    samples,
  });
  return (x) => run([x]);
}

interface BinaryEntry {
  readonly name: string;
  readonly kernel?: string;
  /** The dtype of the result, when it is not that of the operands. */
  readonly result?: DType;
  readonly derivative: Derivative<2, undefined>;
  readonly samples: readonly Sample<undefined>[];
}

/** Defines `y_i = f(a_i, b_i)` with broadcasting over a kernel `(out, a, b, n, layout)`. */
export function defineBinary(entry: BinaryEntry): (a: Operand, b: Operand) => Tensor {
  const { name, kernel = name, derivative, samples, result } = entry;
  const run = defineOp({
    name,
    arity: 2,
    forward: ({ inputs: [a, b] }) => {
      const shape = broadcastShapes(name, a.shape, b.shape);
      const out = emptyTensor(shape, result ?? a.dtype, name);
      const layout =
        sameShape(a.shape, shape) && sameShape(b.shape, shape)
          ? 0
          : describeBroadcast(shape, [a, b]);
      engine().kernel(kernel, a.dtype)(out.address(), a.address(), b.address(), out.size, layout);
      return out;
    },
    derivative,
    samples,
  });
  return (a, b) => run(promoteOperands(a, b));
}

/** Tells a kernel how operands are stretched to a shape. */
export function describeBroadcast(shape: readonly number[], operands: readonly Tensor[]): number {
  const collapsed = collapseAxes(
    shape,
    operands.map((operand) => broadcastStrides(operand.shape, shape)),
  );
  return engine().describe(collapsed.shape, collapsed.strides);
}

/** Both operands as tensors of one dtype: the wider one; a number takes the other's if it can. */
function promoteOperands(a: Operand, b: Operand): readonly [Tensor, Tensor] {
  if (typeof a === 'number' && typeof b === 'number') return [literal(a, 'f32'), literal(b, 'f32')];
  if (typeof a === 'number') return promoteNumber(b as Tensor, a).reverse() as [Tensor, Tensor];
  if (typeof b === 'number') return promoteNumber(a, b);
  if (a.dtype === b.dtype) return [a, b];
  const dtype = promote(a.dtype, b.dtype);
  return [cast(a, dtype), cast(b, dtype)];
}

function promoteNumber(tensor: Tensor, value: number): [Tensor, Tensor] {
  if (isFloat(tensor.dtype)) return [tensor, literal(value, tensor.dtype)];
  const dtype = Number.isInteger(value) ? promote(tensor.dtype, 'i32') : 'f32';
  return [cast(tensor, dtype), literal(value, dtype)];
}

/** A number as a scalar tensor. */
export function literal(value: number, dtype: DType): Tensor {
  return new Tensor([], dtype, engine().literal(dtype, value, bytesPerElement(dtype)));
}
