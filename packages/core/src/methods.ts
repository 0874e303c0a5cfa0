import type { ArgOptions } from './arg-extremum.js';
import { backward, type BackwardOptions } from './autodiff/backward.js';
import type { DType } from './dtype.js';
import type { Operand } from './elementwise.js';
import * as ops from './ops/index.js';
import type { ReduceOptions } from './reduce.js';
import type { Shape } from './shape.js';
import { Tensor } from './tensor.js';

/** The ops as methods: `x.add(y)` is `add(x, y)`. What they do is said at the functions. */
const methods = {
  neg(this: Tensor): Tensor {
    return ops.neg(this);
  },
  abs(this: Tensor): Tensor {
    return ops.abs(this);
  },
  sign(this: Tensor): Tensor {
    return ops.sign(this);
  },
  square(this: Tensor): Tensor {
    return ops.square(this);
  },
  sqrt(this: Tensor): Tensor {
    return ops.sqrt(this);
  },
  rsqrt(this: Tensor): Tensor {
    return ops.rsqrt(this);
  },
  reciprocal(this: Tensor): Tensor {
    return ops.reciprocal(this);
  },
  exp(this: Tensor): Tensor {
    return ops.exp(this);
  },
  expm1(this: Tensor): Tensor {
    return ops.expm1(this);
  },
  log(this: Tensor): Tensor {
    return ops.log(this);
  },
  log1p(this: Tensor): Tensor {
    return ops.log1p(this);
  },
  sin(this: Tensor): Tensor {
    return ops.sin(this);
  },
  cos(this: Tensor): Tensor {
    return ops.cos(this);
  },
  tanh(this: Tensor): Tensor {
    return ops.tanh(this);
  },
  sigmoid(this: Tensor): Tensor {
    return ops.sigmoid(this);
  },
  relu(this: Tensor): Tensor {
    return ops.relu(this);
  },
  logicalNot(this: Tensor): Tensor {
    return ops.logicalNot(this);
  },
  clone(this: Tensor): Tensor {
    return ops.clone(this);
  },
  add(this: Tensor, b: Operand): Tensor {
    return ops.add(this, b);
  },
  sub(this: Tensor, b: Operand): Tensor {
    return ops.sub(this, b);
  },
  mul(this: Tensor, b: Operand): Tensor {
    return ops.mul(this, b);
  },
  div(this: Tensor, b: Operand): Tensor {
    return ops.div(this, b);
  },
  pow(this: Tensor, b: Operand): Tensor {
    return ops.pow(this, b);
  },
  minimum(this: Tensor, b: Operand): Tensor {
    return ops.minimum(this, b);
  },
  maximum(this: Tensor, b: Operand): Tensor {
    return ops.maximum(this, b);
  },
  eq(this: Tensor, b: Operand): Tensor {
    return ops.eq(this, b);
  },
  ne(this: Tensor, b: Operand): Tensor {
    return ops.ne(this, b);
  },
  lt(this: Tensor, b: Operand): Tensor {
    return ops.lt(this, b);
  },
  le(this: Tensor, b: Operand): Tensor {
    return ops.le(this, b);
  },
  gt(this: Tensor, b: Operand): Tensor {
    return ops.gt(this, b);
  },
  ge(this: Tensor, b: Operand): Tensor {
    return ops.ge(this, b);
  },
  logicalAnd(this: Tensor, b: Tensor): Tensor {
    return ops.logicalAnd(this, b);
  },
  logicalOr(this: Tensor, b: Tensor): Tensor {
    return ops.logicalOr(this, b);
  },
  /** These elements where the condition is true, else those of `other`. */
  where(this: Tensor, condition: Tensor, other: Operand): Tensor {
    return ops.where(condition, this, other);
  },
  clamp(this: Tensor, min?: number, max?: number): Tensor {
    return ops.clamp(this, min, max);
  },
  sum(this: Tensor, options?: ReduceOptions): Tensor {
    return ops.sum(this, options);
  },
  mean(this: Tensor, options?: ReduceOptions): Tensor {
    return ops.mean(this, options);
  },
  max(this: Tensor, options?: ReduceOptions): Tensor {
    return ops.max(this, options);
  },
  min(this: Tensor, options?: ReduceOptions): Tensor {
    return ops.min(this, options);
  },
  argmax(this: Tensor, options?: ArgOptions): Tensor {
    return ops.argmax(this, options);
  },
  argmin(this: Tensor, options?: ArgOptions): Tensor {
    return ops.argmin(this, options);
  },
  matmul(this: Tensor, b: Tensor): Tensor {
    return ops.matmul(this, b);
  },
  reshape(this: Tensor, shape: Shape): Tensor {
    return ops.reshape(this, shape);
  },
  flatten(this: Tensor, startAxis?: number, endAxis?: number): Tensor {
    return ops.flatten(this, startAxis, endAxis);
  },
  squeeze(this: Tensor, axis?: number | readonly number[]): Tensor {
    return ops.squeeze(this, axis);
  },
  unsqueeze(this: Tensor, axis: number): Tensor {
    return ops.unsqueeze(this, axis);
  },
  transpose(this: Tensor, axis0?: number, axis1?: number): Tensor {
    return ops.transpose(this, axis0, axis1);
  },
  permute(this: Tensor, axes: readonly number[]): Tensor {
    return ops.permute(this, axes);
  },
  expand(this: Tensor, shape: Shape): Tensor {
    return ops.expand(this, shape);
  },
  slice(this: Tensor, start: number, end?: number, axis?: number): Tensor {
    return ops.slice(this, start, end, axis);
  },
  narrow(this: Tensor, axis: number, start: number, length: number): Tensor {
    return ops.narrow(this, axis, start, length);
  },
  indexSelect(this: Tensor, indices: Tensor, axis?: number): Tensor {
    return ops.indexSelect(this, indices, axis);
  },
  softmax(this: Tensor, axis?: number): Tensor {
    return ops.softmax(this, axis);
  },
  logSoftmax(this: Tensor, axis?: number): Tensor {
    return ops.logSoftmax(this, axis);
  },
  to(this: Tensor, dtype: DType): Tensor {
    return ops.cast(this, dtype);
  },
  /** The matrices with rows and columns exchanged; a vector or a number is itself. */
  get T(): Tensor {
    const self = this as unknown as Tensor;
    return self.rank < 2 ? self : ops.transpose(self);
  },
  backward(this: Tensor, seed?: Tensor, options?: BackwardOptions): void {
    backward(this, seed, options);
  },
};

type TensorMethods = typeof methods;

declare module './tensor.js' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- it adds to the class
  interface Tensor extends TensorMethods {}
}

Object.defineProperties(Tensor.prototype, Object.getOwnPropertyDescriptors(methods));
