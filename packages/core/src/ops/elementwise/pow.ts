import { extremePairs } from '../../shared-samples.js';
import { defineBinary, type Operand } from '../../elementwise.js';
import { engine } from '../../engine.js';
import { isFloat } from '../../dtype.js';
import { ValueError } from '../../errors.js';
import { literal } from '../../literal.js';
import { defineOp, registerComposed } from '../../op.js';
import { requireOperand } from '../../operands.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { zerosLike } from '../../create.js';
import { abs } from './abs.js';
import { eq, ge } from './compare.js';
import { log } from './log.js';
import { logicalAnd } from './logical.js';
import { mul } from './mul.js';
import { round } from './round.js';
import { square } from './square.js';
import { sub } from './sub.js';
import { cast } from './to.js';
import { where } from './where.js';

const base = { low: 0.2, high: 3 };

const powOp = defineBinary({
  name: 'pow',
  domain: 'float',
  derivative: {
    local: [
      // Where b is 0 the power is 1 whatever a is, though a^(b - 1) may be infinite.
      ({ inputs: [a, b] }) => where(eq(b, 0), literal(0, a.dtype), mul(b, pow(a, sub(b, 1)))),
      // 0^b is 0 beside b too, though log 0 is infinite.
      ({ inputs: [a, b], output }) =>
        where(logicalAnd(eq(a, 0), ge(b, 0)), literal(0, a.dtype), mul(output, log(a))),
    ],
  },
  torch: 'torch.pow(a, b)',
  samples: [
    { inputs: [{ shape: [2, 3], ...base }, [2, 3]] },
    { inputs: [{ shape: [2, 1, 3], ...base }, [4, 1]] },
    { inputs: [{ shape: [], ...base }, [3]] },
    { inputs: [{ shape: [0, 3], ...base }, [3]] },
    { inputs: [{ shape: [2, 3, 1, 2], ...base }, [1, 3, 2, 1]] },
    extremePairs,
    {
      inputs: [
        { shape: [5], values: [0, 0, 0, 2, -2] },
        { shape: [5], values: [0, 2, 1, 0, 3] },
      ],
      extreme: true,
    },
  ],
});

interface PowNumberArgs {
  readonly exponent: number;
}

const powNumberOp = defineOp<1, PowNumberArgs>({
  name: 'powNumber',
  arity: 1,
  forward: ({ inputs: [x], args: { exponent } }) => {
    const out = emptyTensor(x.shape, x.dtype, 'pow');
    if (out.size === 0) return out;
    const power = literal(exponent, x.dtype);
    const active = engine();
    const layout = active.describeRepeated(x.size, 1, false);
    active.kernel('pow', x.dtype)(out.address(), x.address(), power.address(), x.size, layout);
    return out;
  },
  derivative: {
    local: [
      ({ inputs: [x], args: { exponent } }) =>
        exponent === 0 ? zerosLike(x) : mul(pow(x, exponent - 1), exponent),
    ],
  },
  torch: "a ** args['exponent']",
  samples: [
    { inputs: [[3, 5]], args: { exponent: 3 } },
    { inputs: [{ shape: [4], ...base }], args: { exponent: -1.5 } },
    { inputs: [{ shape: [], ...base }], args: { exponent: 0 } },
    { inputs: [[0]], args: { exponent: 2 } },
    {
      inputs: [{ shape: [6], values: [0.25, 1, 2, 9.5, 0, -2] }],
      args: { exponent: 0 },
      extreme: true,
    },
    {
      inputs: [{ shape: [6], values: [0.25, 1, 2, 9.5, 0, -2] }],
      args: { exponent: 1 },
      extreme: true,
    },
    {
      inputs: [{ shape: [6], values: [0.25, 1, 2, 9.5, 0, -2] }],
      args: { exponent: 3 },
      extreme: true,
    },
    { inputs: [{ shape: [4], ...base }], args: { exponent: 0.5 } },
  ],
});

function isWhole(operand: Operand): boolean {
  return typeof operand === 'number' ? Number.isInteger(operand) : !isFloat(operand.dtype);
}

/** Powers of whole numbers, by way of f64, in which all that i32 can hold are exact. */
function wholePow(a: Operand, b: Operand): Tensor {
  if (typeof b === 'number' && b < 0) {
    throw new ValueError(
      `pow: whole numbers have no power ${b} that is whole; convert them with to('f32')`,
    );
  }
  const wide = (operand: Operand) => (typeof operand === 'number' ? operand : cast(operand, 'f64'));
  const power = powOp(wide(a), wide(b));
  // What a negative power leaves is cut off, and 0 has none.
  return cast(where(eq(abs(power), Infinity), 0, round(power)), 'i32');
}

/**
 * `y = a^b`, with broadcasting; i32 for whole numbers alone. Derivatives: `b a^(b-1)` and `y ln a`, and
 * 0 where that has no meaning but the power is constant.
 * @throws ValueError for a number below 0 as the exponent of whole numbers
 *
 * @example
 * pow(tensor([1, 2, 3]), 3); // [1, 8, 27]
 */
export function pow(a: Operand, b: Operand): Tensor {
  requireOperand('pow', a);
  requireOperand('pow', b);
  const numbers = typeof a === 'number' && typeof b === 'number';
  if (isWhole(a) && isWhole(b) && !numbers) return wholePow(a, b);
  if (typeof a === 'number' || typeof b !== 'number') return powOp(a, b);
  const x = isFloat(a.dtype) ? a : cast(a, 'f32');
  return b === 2 ? square(x) : powNumberOp([x], { exponent: b });
}

registerComposed<{ readonly exponent?: number }>({
  name: 'powOfWholeNumbers',
  run: ([a, b], { exponent }) => pow(a, exponent ?? b),
  torch: "a ** args.get('exponent', b if len(x) > 1 else None)",
  samples: [
    { inputs: [{ shape: [5], dtype: 'i32', values: [-2, 0, 1, 11, 13] }], args: { exponent: 7 } },
    { inputs: [{ shape: [3], dtype: 'i32', values: [-2, 0, 2] }], args: { exponent: 0 } },
    {
      inputs: [
        { shape: [2, 1], dtype: 'i32', values: [3, -3] },
        { shape: [3], dtype: 'i32', values: [0, 2, 5] },
      ],
      args: {},
    },
    {
      inputs: [
        { shape: [5], dtype: 'i32', values: [1, -1, 2, -2, 7] },
        { shape: [5], dtype: 'i32', values: [-3, -3, -1, -1, -2] },
      ],
      args: {},
    },
  ],
});
