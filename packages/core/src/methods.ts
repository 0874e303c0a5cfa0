import { backward, type BackwardOptions } from './autodiff/backward.js';
import type { DType } from './dtype.js';
import type { Operand } from './elementwise.js';
import * as ops from './ops/methods.js';
import { cast } from './ops/elementwise/to.js';
import { transpose } from './ops/shape/transpose.js';
import { unfoldAxis } from './ops/shape/unfold-axis.js';
import { variance } from './ops/reductions/variance.js';
import { where } from './ops/elementwise/where.js';
// By its own name, which the interface below declares again, the compiler would leave this import out
// of the declarations that it writes.
import { Tensor as Self } from './tensor.js';
import type { VarianceOptions } from './ops/reductions/variance-parts.js';

type OpsAsMethods = {
  [Name in keyof typeof ops]: (typeof ops)[Name] extends (
    x: Self,
    ...rest: infer Rest
  ) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

/** Methods that are not an op with the tensor as its first operand. */
const others = {
  /** These elements where the condition is true, else those of `other`. */
  where(this: Self, condition: Self, other: Operand): Self {
    return where(condition, this, other);
  },
  /** The variance: `variance` by the name that PyTorch has for it. */
  var(this: Self, options?: VarianceOptions): Self {
    return variance(this, options);
  },
  /** The windows along an axis: `unfoldAxis` by the name that PyTorch's method has. */
  unfold(this: Self, axis: number, size: number, step: number): Self {
    return unfoldAxis(this, axis, size, step);
  },
  /** The elements as another dtype; as `cast`. */
  to(this: Self, dtype: DType): Self {
    return cast(this, dtype);
  },
  /** The matrices with rows and columns exchanged; a vector or a number is itself. */
  get T(): Self {
    const self = this as unknown as Self;
    return self.rank < 2 ? self : transpose(self);
  },
  /** Adds the gradient of this one number to the `grad` of every leaf; see `backward`. */
  backward(this: Self, seed?: Self, options?: BackwardOptions): void {
    backward(this, seed, options);
  },
};

type OtherMethods = typeof others;

declare module './tensor.js' {
  interface Tensor extends OpsAsMethods, OtherMethods {}
}

for (const [name, op] of Object.entries(ops)) {
  const run = op as (x: Self, ...rest: unknown[]) => unknown;
  Object.defineProperty(Self.prototype, name, {
    value(this: Self, ...rest: unknown[]): unknown {
      return run(this, ...rest);
    },
    writable: true,
    configurable: true,
  });
}
Object.defineProperties(Self.prototype, Object.getOwnPropertyDescriptors(others));
