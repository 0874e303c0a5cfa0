import { activationCode, throughActivation, type Activation } from '../activations/activation.js';
import { engine } from '../../engine.js';
import { ShapeError } from '../../errors.js';
import { defineOp } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { productOverRows, sumOverRows } from '../../row-parts.js';
import { elementCount, formatShape, sameShape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { matrixOperand } from '../../memory/transposed-storage.js';
import { matmul, packedAddress, rowsOf } from './matmul.js';
import { expand } from '../shape/expand.js';

interface LinearArgs {
  readonly activation?: Activation;
}

const linearOp = defineOp<'any', LinearArgs>({
  name: 'linear',
  arity: 'any',
  lazy: true,
  forward: ({ inputs: [x, w, b], args: { activation } }) => {
    if (x === undefined || w === undefined) throw new ShapeError('linear: takes x and w');
    const [n = 1, k = 1] = w.shape;
    const m = elementCount(x.shape.slice(0, -1));
    const left = matrixOperand(rowsOf(x));
    const stored = matrixOperand(w);
    // The product is with the transpose of w.
    const right = { stored: stored.stored, transposed: !stored.transposed };
    b?.address();
    const out = emptyTensor([...x.shape.slice(0, -1), n], x.dtype, 'linear');
    if (out.size === 0) return out;
    const transA = left.transposed ? 1 : 0;
    const act = activationCode(activation);
    const c = out.address();
    const a = left.stored.address();
    const bias = b?.address() ?? 0;
    const packed = packedAddress(right);
    if (packed !== 0) {
      engine().kernel('gemmPacked', x.dtype)(c, a, packed, bias, m, n, k, transA, act);
    } else {
      const transB = right.transposed ? 1 : 0;
      const stored = right.stored.address();
      engine().kernel('gemm', x.dtype)(c, a, stored, bias, m, n, k, transA, transB, act);
    }
    return out;
  },
  derivative: {
    activation: (gradient, { output, args }) =>
      throughActivation(gradient, output, args.activation),
    vjp: [
      (gradient, { inputs: [, w] }) => (w === undefined ? gradient : matmul(gradient, w)),
      (gradient, { inputs: [x] }) =>
        x === undefined ? gradient : productOverRows(rowsOf(gradient), rowsOf(x)),
      (gradient) => sumOverRows(rowsOf(gradient)),
    ],
    jvp: [
      (tangent, { inputs: [, w] }) => (w === undefined ? tangent : linear(tangent, w)),
      (tangent, { inputs: [x] }) => (x === undefined ? tangent : linear(x, tangent)),
      (tangent, { output }) => expand(tangent, output.shape),
    ],
  },
  torch: "getattr(torch, args.get('activation', 'clone'))(F.linear(*x))",
  samples: [
    {
      inputs: [
        [3, 4],
        [5, 4],
      ],
      args: {},
    },
    { inputs: [[3, 4], [5, 4], [5]], args: { activation: 'tanh' } },
    { inputs: [[2, 3, 4], [2, 4], [2]], args: { activation: 'sigmoid' } },
    { inputs: [[2, 3], [4, 3], [4]], args: { activation: 'relu' } },
    { inputs: [[4], [2, 4], [2]], args: {} },
    { inputs: [[0, 4], [2, 4], [2]], args: {} },
    { inputs: [[17, 19], [18, 19], [18]], args: { activation: 'relu' }, extreme: true },
  ],
});

/**
 * The linear layer `y = f(x wT + b)`: `x` is `[..., in]`, `w` `[out, in]`, `b` `[out]`, the result
 * `[..., out]`. The activation `f` is applied as the product is written, with the bits it would have
 * by itself. Derivatives, with `h` the gradient before `f`: `h w`, `hT x`, and `h` summed over rows.
 * @throws ShapeError when the sizes do not fit; DTypeError unless all are f32 or all f64
 *
 * @example
 * linear(zeros([64, 784]), zeros([128, 784]), zeros([128]), 'relu').shape; // [64, 128]
 */
export function linear(x: Tensor, w: Tensor, b?: Tensor | null, activation?: Activation): Tensor {
  const operands = b === undefined || b === null ? [x, w] : [x, w, b];
  requireFloat('linear', ...operands);
  if (w.rank !== 2 || x.rank === 0 || x.shape.at(-1) !== w.shape[1]) {
    throw new ShapeError(
      `linear: x ${formatShape(x.shape)} does not fit w ${formatShape(w.shape)}: ` +
        'they are [..., in] and [out, in] with the same in',
    );
  }
  if (b && !sameShape(b.shape, [w.shape[0] ?? 1])) {
    throw new ShapeError(
      `linear: the bias ${formatShape(b.shape)} does not fit w ${formatShape(w.shape)}: it is [${w.shape[0]}]`,
    );
  }
  return linearOp(operands, activation === undefined ? {} : { activation });
}
