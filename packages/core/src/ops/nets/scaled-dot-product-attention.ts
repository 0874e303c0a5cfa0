import { DTypeError, ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { requireTensor } from '../../operands.js';
import { requireFloat } from '../../reduce.js';
import { broadcastShapes, formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { causalSoftmax } from '../activations/causal-softmax.js';
import { gt, ne } from '../elementwise/compare.js';
import { dropout } from './dropout.js';
import { matmul } from '../linear-algebra/matmul.js';
import { max } from '../reductions/max.js';
import { mul } from '../elementwise/mul.js';
import { softmax } from '../activations/softmax.js';
import { sum } from '../reductions/sum.js';
import { cast } from '../elementwise/to.js';
import { transpose } from '../shape/transpose.js';
import { where } from '../elementwise/where.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface AttentionOptions {
  /**
   * Of a shape that stretches to `[..., L, S]`: true where a query may look at a key, or numbers that are
   * added to the scores. Without, every query sees all keys.
   */
  readonly mask?: Tensor;
  /** Whether query `i` sees the keys up to `i` alone; instead of a mask. False when left out. */
  readonly causal?: boolean;
  /** What the scores are multiplied by; `1 / sqrt(E)` when left out. */
  readonly scale?: number;
  /** Probability with which a weight becomes 0; 0 when left out, which it should be outside of training. */
  readonly dropoutP?: number;
}

const attentionNames: OptionNames<AttentionOptions> = {
  mask: true,
  causal: true,
  scale: true,
  dropoutP: true,
};

const lastAxis = { axis: -1, keepdim: true };

/** `weights = softmax(scores)` over the keys that the mask leaves, 0 for queries that see none. */
function maskedSoftmax(scores: Tensor, mask: Tensor | undefined): Tensor {
  // Of no keys there is nothing to choose.
  if (mask === undefined || scores.size === 0) return softmax(scores);
  if (mask.dtype === 'bool') {
    const sees = gt(sum(cast(mask, 'i32'), lastAxis), 0);
    // Where all are hidden the scores are 0 instead, so that no NaN comes about.
    const hidden = where(sees, -Infinity, 0);
    return where(sees, softmax(where(mask, scores, cast(hidden, scores.dtype))), 0);
  }
  const sees = ne(max(mask.detach(), lastAxis), -Infinity);
  return where(sees, softmax(add(scores, where(sees, mask, 0))), 0);
}

/** @throws ShapeError or DTypeError that names the mask */
function checkMask(mask: Tensor, q: Tensor, k: Tensor): void {
  requireTensor('scaledDotProductAttention', mask);
  if (mask.dtype !== 'bool' && mask.dtype !== q.dtype) {
    throw new DTypeError(
      `scaledDotProductAttention: the mask is ${mask.dtype}; it is bool, true where a query may look, or ` +
        `${q.dtype} as q is: convert it with to('bool') or to('${q.dtype}')`,
    );
  }
  const op = 'scaledDotProductAttention';
  const leading = broadcastShapes(op, q.shape.slice(0, -2), k.shape.slice(0, -2));
  const scores = [...leading, q.shape.at(-2) ?? 0, k.shape.at(-2) ?? 0];
  const fits = [1, 2].every((i) => [1, undefined, scores.at(-i)].includes(mask.shape.at(-i)));
  const leads = mask.shape.slice(0, -2).every((size, i) => {
    const own = scores.at(i - mask.rank) ?? 1;
    return size === own || size === 1 || own === 1;
  });
  if (!fits || !leads) {
    throw new ShapeError(
      `scaledDotProductAttention: the mask ${formatShape(mask.shape)} does not stretch to the scores ` +
        `[..., L, S], here ${formatShape(scores)}`,
    );
  }
}

/**
 * Attention of queries `q` `[..., L, E]` to keys `k` `[..., S, E]` with values `v` `[..., S, D]`:
 * `softmax(scale q kT + mask) v`, of shape `[..., L, D]`. A query whose keys are all masked gets zeros. The axes
 * in front broadcast. Derivatives are those of the products and the softmax.
 * @throws ShapeError when the sizes of q, k and v do not fit, or the mask does not stretch; ValueError
 *   for a mask beside `causal`, or `dropoutP` that is no probability; DTypeError unless all are f32 or
 *   all f64
 *
 * @example
 * const q = ones([2, 4, 10, 16]); // batch, heads, positions, features
 * scaledDotProductAttention(q, q, q, { causal: true }).shape; // [2, 4, 10, 16]
 */
export function scaledDotProductAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: AttentionOptions = {},
): Tensor {
  checkOptions('scaledDotProductAttention', options, attentionNames);
  const { mask, causal = false, dropoutP = 0 } = options;
  requireFloat('scaledDotProductAttention', q, k, v);
  const features = q.shape.at(-1) ?? 0;
  const [count = 0, keyFeatures] = k.shape.slice(-2);
  const short = Math.min(q.rank, k.rank, v.rank) < 2;
  if (short || features !== keyFeatures || v.shape.at(-2) !== count) {
    throw new ShapeError(
      `scaledDotProductAttention: q ${formatShape(q.shape)}, k ${formatShape(k.shape)} and v ` +
        `${formatShape(v.shape)} are not [..., L, E], [..., S, E] and [..., S, D]`,
    );
  }
  if (mask !== undefined) checkMask(mask, q, k);
  if (causal && mask !== undefined) {
    throw new ValueError(
      'scaledDotProductAttention: give a mask or causal: true, not both; put the one into the other',
    );
  }
  const { scale = 1 / Math.sqrt(features) } = options;
  const scores = matmul(mul(q, scale), transpose(k, -2, -1));
  const weights = causal ? causalSoftmax(scores) : maskedSoftmax(scores, mask);
  return matmul(dropoutP === 0 ? weights : dropout(weights, dropoutP), v);
}

registerComposed<{ causal?: boolean; scale?: number; dropoutP?: number } | undefined>({
  name: 'scaledDotProductAttention',
  run: ([q, k, v, mask], args) =>
    scaledDotProductAttention(q, k, v, { ...args, ...(mask === undefined ? {} : { mask }) }),
  // PyTorch 1.13 does not have it yet.
  torch:
    '(lambda z: (lambda sees: torch.softmax(torch.where(sees, z, torch.zeros_like(z)), -1) * sees @ c)' +
    '((z > -math.inf).any(-1, keepdim=True)))' +
    "(a @ b.transpose(-2, -1) * args.get('scale', a.shape[-1] ** -0.5) + " +
    '(lambda m: torch.zeros(m.shape, dtype=a.dtype).masked_fill(~m, -math.inf) if m.dtype == torch.bool else m)' +
    "(x[3] if len(x) > 3 else torch.ones(a.shape[-2], b.shape[-2]).tril() > 0 if args.get('causal') else torch.ones(1) > 0))",
  samples: [
    {
      inputs: [
        [2, 3, 4],
        [2, 5, 4],
        [2, 5, 3],
      ],
    },
    {
      inputs: [
        [2, 4, 2],
        [2, 4, 2],
        [2, 4, 2],
      ],
      args: { causal: true },
    },
    {
      inputs: [
        [1, 2, 3, 2],
        [2, 2, 2, 2],
        [2, 2, 2, 1],
        { shape: [3, 2], dtype: 'bool', values: [1, 0, 0, 0, 1, 1] },
      ],
      args: { scale: 0.5 },
    },
    { inputs: [[3, 2], [4, 2], [4, 3], { shape: [3, 4] }] },
    {
      inputs: [
        [2, 2],
        [2, 2],
        [2, 1],
        { shape: [2, 2], values: [-Infinity, -Infinity, 0.5, -Infinity] },
      ],
      extreme: true,
    },
    {
      inputs: [
        [0, 3, 2],
        [0, 3, 2],
        [0, 3, 2],
      ],
    },
    {
      inputs: [
        [2, 3],
        [3, 3],
        [3, 2],
      ],
      args: { dropoutP: 0.5 },
      golden: false,
    },
  ],
});
