import type { ArgOptions } from './arg-extremum.js';
import { backward, type BackwardOptions } from './autodiff/backward.js';
import type { DType } from './dtype.js';
import type { Operand } from './elementwise.js';
import * as ops from './ops/index.js';
import type { ReduceOptions } from './reduce.js';
import type { Shape } from './shape.js';
// By its own name, which the interface below declares again, the compiler would leave this import out
// of the declarations that it writes.
import { Tensor as Self } from './tensor.js';

/** The ops as methods: `x.add(y)` is `add(x, y)`. What they do is said at the functions. */
const methods = {
  neg(this: Self): Self {
    return ops.neg(this);
  },
  abs(this: Self): Self {
    return ops.abs(this);
  },
  sign(this: Self): Self {
    return ops.sign(this);
  },
  square(this: Self): Self {
    return ops.square(this);
  },
  sqrt(this: Self): Self {
    return ops.sqrt(this);
  },
  rsqrt(this: Self): Self {
    return ops.rsqrt(this);
  },
  reciprocal(this: Self): Self {
    return ops.reciprocal(this);
  },
  exp(this: Self): Self {
    return ops.exp(this);
  },
  expm1(this: Self): Self {
    return ops.expm1(this);
  },
  log(this: Self): Self {
    return ops.log(this);
  },
  log1p(this: Self): Self {
    return ops.log1p(this);
  },
  sin(this: Self): Self {
    return ops.sin(this);
  },
  cos(this: Self): Self {
    return ops.cos(this);
  },
  tanh(this: Self): Self {
    return ops.tanh(this);
  },
  sigmoid(this: Self): Self {
    return ops.sigmoid(this);
  },
  relu(this: Self): Self {
    return ops.relu(this);
  },
  logicalNot(this: Self): Self {
    return ops.logicalNot(this);
  },
  clone(this: Self): Self {
    return ops.clone(this);
  },
  add(this: Self, b: Operand): Self {
    return ops.add(this, b);
  },
  sub(this: Self, b: Operand): Self {
    return ops.sub(this, b);
  },
  mul(this: Self, b: Operand): Self {
    return ops.mul(this, b);
  },
  div(this: Self, b: Operand): Self {
    return ops.div(this, b);
  },
  pow(this: Self, b: Operand): Self {
    return ops.pow(this, b);
  },
  minimum(this: Self, b: Operand): Self {
    return ops.minimum(this, b);
  },
  maximum(this: Self, b: Operand): Self {
    return ops.maximum(this, b);
  },
  eq(this: Self, b: Operand): Self {
    return ops.eq(this, b);
  },
  ne(this: Self, b: Operand): Self {
    return ops.ne(this, b);
  },
  lt(this: Self, b: Operand): Self {
    return ops.lt(this, b);
  },
  le(this: Self, b: Operand): Self {
    return ops.le(this, b);
  },
  gt(this: Self, b: Operand): Self {
    return ops.gt(this, b);
  },
  ge(this: Self, b: Operand): Self {
    return ops.ge(this, b);
  },
  logicalAnd(this: Self, b: Self): Self {
    return ops.logicalAnd(this, b);
  },
  logicalOr(this: Self, b: Self): Self {
    return ops.logicalOr(this, b);
  },
  /** These elements where the condition is true, else those of `other`. */
  where(this: Self, condition: Self, other: Operand): Self {
    return ops.where(condition, this, other);
  },
  clamp(this: Self, min?: number, max?: number): Self {
    return ops.clamp(this, min, max);
  },
  sum(this: Self, options?: ReduceOptions): Self {
    return ops.sum(this, options);
  },
  mean(this: Self, options?: ReduceOptions): Self {
    return ops.mean(this, options);
  },
  max(this: Self, options?: ReduceOptions): Self {
    return ops.max(this, options);
  },
  min(this: Self, options?: ReduceOptions): Self {
    return ops.min(this, options);
  },
  argmax(this: Self, options?: ArgOptions): Self {
    return ops.argmax(this, options);
  },
  argmin(this: Self, options?: ArgOptions): Self {
    return ops.argmin(this, options);
  },
  matmul(this: Self, b: Self): Self {
    return ops.matmul(this, b);
  },
  reshape(this: Self, shape: Shape): Self {
    return ops.reshape(this, shape);
  },
  flatten(this: Self, startAxis?: number, endAxis?: number): Self {
    return ops.flatten(this, startAxis, endAxis);
  },
  squeeze(this: Self, axis?: number | readonly number[]): Self {
    return ops.squeeze(this, axis);
  },
  unsqueeze(this: Self, axis: number): Self {
    return ops.unsqueeze(this, axis);
  },
  transpose(this: Self, axis0?: number, axis1?: number): Self {
    return ops.transpose(this, axis0, axis1);
  },
  permute(this: Self, axes: readonly number[]): Self {
    return ops.permute(this, axes);
  },
  expand(this: Self, shape: Shape): Self {
    return ops.expand(this, shape);
  },
  slice(this: Self, start: number, end?: number, axis?: number): Self {
    return ops.slice(this, start, end, axis);
  },
  narrow(this: Self, axis: number, start: number, length: number): Self {
    return ops.narrow(this, axis, start, length);
  },
  indexSelect(this: Self, indices: Self, axis?: number): Self {
    return ops.indexSelect(this, indices, axis);
  },
  softmax(this: Self, axis?: number): Self {
    return ops.softmax(this, axis);
  },
  logSoftmax(this: Self, axis?: number): Self {
    return ops.logSoftmax(this, axis);
  },
  to(this: Self, dtype: DType): Self {
    return ops.cast(this, dtype);
  },
  /** The matrices with rows and columns exchanged; a vector or a number is itself. */
  get T(): Self {
    const self = this as unknown as Self;
    return self.rank < 2 ? self : ops.transpose(self);
  },
  backward(this: Self, seed?: Self, options?: BackwardOptions): void {
    backward(this, seed, options);
  },
};

type TensorMethods = typeof methods;

declare module './tensor.js' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- it adds to the class
  interface Tensor extends TensorMethods {}
}

Object.defineProperties(Self.prototype, Object.getOwnPropertyDescriptors(methods));
