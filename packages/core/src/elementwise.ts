import { isFloat, promote, type DType } from './dtype.js';
import { engine } from './engine.js';
import { literal } from './literal.js';
import {
  broadcastShapes,
  broadcastStrides,
  collapseAxes,
  sameShape,
  suffixOf,
  type Shape,
} from './shape.js';
import { defineOp, type Derivative, type Sample } from './op.js';
import { requireOperand, requireTensor } from './operands.js';
import { cast } from './ops/elementwise/to.js';
import { emptyTensor, type Tensor } from './tensor.js';

/** A tensor, or a number that stands for a tensor of its one value. */
export type Operand = Tensor | number;

/**
 * What an elementwise op computes with: `float` turns whole numbers into f32, `number` turns bytes
 * and truth values into i32, `any` takes every dtype as it is.
 */
type Domain = 'float' | 'number' | 'any';

function computingDType(domain: Domain, dtype: DType): DType {
  if (domain === 'any' || isFloat(dtype)) return dtype;
  return domain === 'float' ? 'f32' : 'i32';
}

interface UnaryEntry {
  readonly name: string;
  /** Computes the result of other ops, where there is no kernel for it. */
  readonly compute?: (x: Tensor) => Tensor;
  /** The domain; `float` when left out. */
  readonly domain?: Domain;
  readonly derivative: Derivative<1, undefined>;
  /** As in `Op`. */
  readonly torch: string;
  readonly samples: readonly Sample<undefined>[];
}

/** Defines `y_i = f(x_i)` over a kernel `(out, x, n)`, or of other ops. */
export function defineUnary(entry: UnaryEntry): (x: Tensor) => Tensor {
  const { name, compute, derivative, torch, samples, domain = 'float' } = entry;
  const run = defineOp({
    name,
    arity: 1,
    forward: ({ inputs: [x] }) => {
      if (compute !== undefined) return compute(x);
      const out = emptyTensor(x.shape, x.dtype, name);
      engine().kernel(name, x.dtype)(out.address(), x.address(), x.size);
      return out;
    },
    derivative,
    torch,
    samples,
  });
  return (x) => {
    requireTensor(name, x);
    return run([cast(x, computingDType(domain, x.dtype))]);
  };
}

interface BinaryEntry {
  readonly name: string;
  /** The kernel, when it is not named like the op. */
  readonly kernel?: string;
  /** The domain; `number` when left out. */
  readonly domain?: Domain;
  /** The dtype of the result, when it is not that of the operands. */
  readonly result?: DType;
  /** Looks at what the kernel returned. */
  readonly check?: (returned: number, out: Tensor) => void;
  readonly derivative: Derivative<2, undefined>;
  /** As in `Op`. */
  readonly torch: string;
  readonly samples: readonly Sample<undefined>[];
}

/** Defines `y_i = f(a_i, b_i)` with broadcasting over a kernel `(out, a, b, n, layout)`. */
export function defineBinary(entry: BinaryEntry): (a: Operand, b: Operand) => Tensor {
  const { name, kernel = name, derivative, torch, samples, result, domain = 'number' } = entry;
  const { check } = entry;
  const run = defineOp({
    name,
    arity: 2,
    forward: ({ inputs: [a, b] }) => {
      const shape = broadcastShapes(name, a.shape, b.shape);
      const out = emptyTensor(shape, result ?? a.dtype, name);
      const call = engine().kernel(kernel, a.dtype);
      if (out.size === 0) return out;
      const layout = describeBroadcast(shape, a, b);
      const returned = call(out.address(), a.address(), b.address(), out.size, layout);
      check?.(returned, out);
      return out;
    },
    derivative,
    torch,
    samples,
  });
  return (a, b) => run(promoteOperands(name, a, b, domain));
}

/** Tells a kernel how two operands are stretched to a shape; 0 when both have it already. */
function describeBroadcast(shape: Shape, a: Tensor, b: Tensor): number {
  const wholeA = sameShape(a.shape, shape);
  const wholeB = sameShape(b.shape, shape);
  if (wholeA && wholeB) return 0;
  // The everyday cases: a number, or a row that is repeated.
  if (wholeA && suffixOf(b.shape, shape)) return engine().describeRepeated(a.size, b.size, false);
  if (wholeB && suffixOf(a.shape, shape)) return engine().describeRepeated(b.size, a.size, true);
  return describeOperands(shape, [a, b]);
}

/** Tells a kernel how operands are stretched to a shape. */
export function describeOperands(shape: Shape, operands: readonly Tensor[]): number {
  const collapsed = collapseAxes(
    shape,
    operands.map((operand) => broadcastStrides(operand.shape, shape)),
  );
  return engine().describe(collapsed.shape, ...collapsed.strides);
}

/** Both operands as tensors of one dtype that the domain takes: the wider of the two. */
export function promoteOperands(
  op: string,
  a: Operand,
  b: Operand,
  domain: Domain = 'any',
): readonly [Tensor, Tensor] {
  requireOperand(op, a);
  requireOperand(op, b);
  if (typeof a === 'number') {
    const dtype = typeof b === 'number' ? 'f32' : dtypeBesideNumber(b, a, domain);
    return [literal(a, dtype), typeof b === 'number' ? literal(b, dtype) : cast(b, dtype)];
  }
  if (typeof b === 'number') {
    const dtype = dtypeBesideNumber(a, b, domain);
    return [cast(a, dtype), literal(b, dtype)];
  }
  const dtype = computingDType(domain, promoteTensors(a, b));
  return [cast(a, dtype), cast(b, dtype)];
}

/**
 * The dtype of a result of two tensors: the wider, but a tensor of no axes does not widen one that has
 * some, unless it is of a higher kind (a fraction beside whole numbers). As in PyTorch.
 */
export function promoteTensors(a: Tensor, b: Tensor): DType {
  if ((a.rank === 0) === (b.rank === 0)) return promote(a.dtype, b.dtype);
  const [scalar, other] = a.rank === 0 ? [a, b] : [b, a];
  return kindOf(scalar.dtype) <= kindOf(other.dtype) ? other.dtype : scalar.dtype;
}

/** Truth values, whole numbers, fractions. */
function kindOf(dtype: DType): number {
  return dtype === 'bool' ? 0 : isFloat(dtype) ? 2 : 1;
}

/** A number takes the dtype of a floating-point tensor; beside whole numbers a fraction asks for f32. */
function dtypeBesideNumber(tensor: Tensor, value: number, domain: Domain): DType {
  if (isFloat(tensor.dtype)) return tensor.dtype;
  // Whole and in the range of i32: the conversion to it changes nothing.
  const own = (value | 0) === value ? 'i32' : 'f32';
  return computingDType(domain, promote(tensor.dtype, own));
}
