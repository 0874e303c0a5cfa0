import { kernelSuffix, type DType } from '../../dtype.js';
import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { emptyTensor, Tensor } from '../../tensor.js';

interface CastArgs {
  readonly dtype: DType;
}

const castOp = defineOp<1, CastArgs>({
  name: 'to',
  arity: 1,
  forward: ({ inputs: [x], args: { dtype } }) => {
    // Truth values are bytes already.
    const same = x.dtype === dtype || (x.dtype === 'bool' && dtype === 'u8');
    if (same) return new Tensor(x.shape, dtype, x.storage, x.byteOffset);
    const out = emptyTensor(x.shape, dtype, 'to');
    engine().kernel(`cast_${kernelSuffix(x.dtype)}_${dtype}`)(out.address(), x.address(), x.size);
    return out;
  },
  derivative: { transpose: [(gradient, { inputs: [x] }) => cast(gradient, x.dtype)] },
  torch:
    "a.to({'f32': torch.float32, 'f64': torch.float64, 'i32': torch.int32, 'bool': torch.bool}[args['dtype']])",
  samples: [
    { inputs: [[2, 3]], args: { dtype: 'f64' } },
    { inputs: [{ shape: [5], dtype: 'i32', low: -3, high: 3 }], args: { dtype: 'bool' } },
    { inputs: [[0]], args: { dtype: 'f64' } },
    { inputs: [{ shape: [4], values: [0, 1.5, -2.5, 300] }], args: { dtype: 'i32' } },
    {
      inputs: [{ shape: [4], values: [0, 1.5, -2.5, NaN] }],
      args: { dtype: 'bool' },
      extreme: true,
    },
  ],
});

/**
 * The elements as another dtype: fractions are cut off towards zero, and anything but 0 is true.
 * Derivative: the gradient, cast back; none through an integer.
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  return castOp([x], { dtype });
}
