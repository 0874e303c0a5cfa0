import { engine } from '../../engine.js';
import { ShapeError, ValueError } from '../../errors.js';
import { defineOp } from '../../op.js';
import { checkOptions, type OptionNames } from '../../options.js';
import { requireFloat } from '../../reduce.js';
import { formatShape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { causalSoftmax } from '../activations/causal-softmax.js';
import { softmaxGrad } from '../activations/softmax-grad.js';
import { softmax } from '../activations/softmax.js';
import { add } from '../elementwise/add.js';
import { mul } from '../elementwise/mul.js';
import { matmul } from '../linear-algebra/matmul.js';
import { permute } from '../shape/permute.js';
import { reshape } from '../shape/reshape.js';
import { slice } from '../shape/slice.js';
import { stack } from '../shape/stack.js';
import { transpose } from '../shape/transpose.js';
import { scaledDotProductAttention } from './scaled-dot-product-attention.js';

export interface SelfAttentionOptions {
  /** Whether a position sees those up to itself alone; false when left out. */
  readonly causal?: boolean;
}

const selfAttentionNames: OptionNames<SelfAttentionOptions> = { causal: true };

interface SelfAttentionArgs {
  readonly heads: number;
  readonly causal: boolean;
}

/** What the kernel's scratch region holds; self-attention.ts of the kernels knows them, too. */
const mostPositions = 384;
const mostFeatures = 128;

interface Sizes {
  readonly count: number;
  readonly length: number;
  readonly heads: number;
  /** Features of one head. */
  readonly size: number;
  /** What the scores are multiplied by. */
  readonly scale: number;
}

function sizesOf({ shape }: Tensor, heads: number): Sizes {
  const [count = 0, length = 0, joined = 0] = shape;
  const size = joined / (3 * heads);
  return { count, length, heads, size, scale: 1 / Math.sqrt(size) };
}

/** What the kernel takes behind its addresses. */
function numbersOf(x: Tensor, { heads, causal }: SelfAttentionArgs): number[] {
  const { count, length, size, scale } = sizesOf(x, heads);
  return [count, length, heads, size, scale, causal ? 1 : 0];
}

const selfAttentionOp = defineOp<1, SelfAttentionArgs>({
  name: 'selfAttention',
  arity: 1,
  forward: (call) => {
    const { inputs, args } = call;
    const [x] = inputs;
    const { count, length, heads, size } = sizesOf(x, args.heads);
    const out = emptyTensor([count, length, heads * size], x.dtype, 'selfAttention');
    // In rows of whole lanes; behind the diagonal of causal ones is whatever was there before.
    const weights = emptyTensor(
      [count, heads, length, 16 * Math.ceil(length / 16)],
      x.dtype,
      'selfAttention',
    );
    const [to, kept, from] = [out.address(), weights.address(), x.address()];
    engine().kernel('selfAttention', x.dtype)(to, kept, from, ...numbersOf(x, args));
    call.save(weights);
    return out;
  },
  derivative: {
    vjp: [
      (gradient, { inputs: [x], saved: [weights], args }) =>
        engine().recording || weights === undefined
          ? gradientInOps(gradient, x, args)
          : fusedGradient(gradient, x, weights, args),
    ],
    jvp: [
      (tangent, { inputs: [x], args }) => {
        const [q, k, v] = projectionsOf(x, args.heads);
        const [dq, dk, dv] = projectionsOf(tangent, args.heads);
        const { scale } = sizesOf(x, args.heads);
        const weights = weightsOf(q, k, scale, args);
        const scores = add(
          matmul(mul(dq, scale), transpose(k)),
          matmul(mul(q, scale), transpose(dk)),
        );
        const found = add(matmul(softmaxGrad(scores, weights), v), matmul(weights, dv));
        return joinHeads(found);
      },
    ],
  },
  torch:
    "(lambda q, k, v: (torch.softmax((q @ k.mT / q.shape[-1] ** 0.5).masked_fill(~(torch.ones(2 * a.shape[1:2]).tril() > 0) if args['causal'] " +
    'else torch.zeros(1) > 0, -math.inf), -1) @ v).transpose(1, 2).flatten(2))' +
    "(*a.unflatten(-1, (3, args['heads'], -1)).permute(2, 0, 3, 1, 4))",
  samples: [
    { inputs: [[2, 3, 12]], args: { heads: 2, causal: true } },
    { inputs: [[1, 4, 9]], args: { heads: 1, causal: false } },
    { inputs: [[1, 1, 6]], args: { heads: 1, causal: true } },
    { inputs: [[0, 3, 6]], args: { heads: 2, causal: true } },
  ],
});

/** Queries, keys and values [N, heads, L, size] of joined ones [N, L, 3 heads size]. */
function projectionsOf(x: Tensor, heads: number): [q: Tensor, k: Tensor, v: Tensor] {
  const { count, length, size } = sizesOf(x, heads);
  const parts = permute(reshape(x, [count, length, 3, heads, size]), [2, 0, 3, 1, 4]);
  const part = (i: number) => reshape(slice(parts, i, i + 1), [count, heads, length, size]);
  return [part(0), part(1), part(2)];
}

/** [N, heads, L, size] as [N, L, heads size]. */
function joinHeads(x: Tensor): Tensor {
  const [count = 0, heads = 0, length = 0, size = 0] = x.shape;
  return reshape(permute(x, [0, 2, 1, 3]), [count, length, heads * size]);
}

function weightsOf(q: Tensor, k: Tensor, scale: number, { causal }: SelfAttentionArgs): Tensor {
  const scores = matmul(mul(q, scale), transpose(k));
  return causal ? causalSoftmax(scores) : softmax(scores);
}

function fusedGradient(
  gradient: Tensor,
  x: Tensor,
  weights: Tensor,
  args: SelfAttentionArgs,
): Tensor {
  const active = engine();
  active.nextOp();
  const out = emptyTensor(x.shape, x.dtype, 'selfAttentionGrad');
  const operands = [out, gradient, weights, x].map((operand) => operand.address());
  active.kernel('selfAttentionGrad', x.dtype)(...operands, ...numbersOf(x, args));
  return out;
}

/** The same in ops, for a sweep that is recorded. */
function gradientInOps(gradient: Tensor, x: Tensor, args: SelfAttentionArgs): Tensor {
  const { count, length, heads, size, scale } = sizesOf(x, args.heads);
  const [q, k, v] = projectionsOf(x, heads);
  const weights = weightsOf(q, k, scale, args);
  const g = permute(reshape(gradient, [count, length, heads, size]), [0, 2, 1, 3]);
  const slopes = softmaxGrad(matmul(g, transpose(v)), weights);
  const parts = [
    mul(matmul(slopes, k), scale),
    matmul(transpose(slopes), mul(q, scale)),
    matmul(transpose(weights), g),
  ];
  return reshape(permute(stack(parts), [1, 3, 0, 2, 4]), x.shape);
}

/**
 * Attention of the positions of a sequence to one another, by several heads: `x` `[N, L, 3 F]` holds queries, keys and
 * values of `F` features side by side, each cut into `heads` parts of `E = F / heads`; each part finds
 * `softmax(q kT / sqrt(E)) v`, and the result `[N, L, F]` has them side by side again. The bits are those of
 * `scaledDotProductAttention`, for finite numbers, in one pass that moves nothing for up to 384 positions and 128
 * features a head. Derivatives: those of the two products and the softmax between them.
 * @throws ShapeError when x is not `[N, L, 3 F]` or heads do not divide F; ValueError when heads is no whole
 *   number of one or more; DTypeError for whole numbers
 *
 * @example
 * selfAttention(ones([2, 10, 3 * 64]), 4, { causal: true }).shape; // [2, 10, 64]
 */
export function selfAttention(
  x: Tensor,
  heads: number,
  options: SelfAttentionOptions = {},
): Tensor {
  checkOptions('selfAttention', options, selfAttentionNames);
  requireFloat('selfAttention', x);
  if (!(Number.isInteger(heads) && heads >= 1)) {
    throw new ValueError(`selfAttention: heads is ${heads}; it must be a whole number, 1 or more`);
  }
  if (x.rank !== 3 || (x.shape[2] ?? 0) % (3 * heads) !== 0) {
    throw new ShapeError(
      `selfAttention: x ${formatShape(x.shape)} is not [N, L, 3 F] with F a multiple of ${heads} heads: ` +
        'it takes queries, keys and values side by side, as one linear() makes them',
    );
  }
  const { causal = false } = options;
  const { length, size } = sizesOf(x, heads);
  if (length <= mostPositions && size <= mostFeatures)
    return selfAttentionOp([x], { heads, causal });
  return joinHeads(scaledDotProductAttention(...projectionsOf(x, heads), { causal }));
}
