import { engine } from '../../engine.js';
import { ShapeError } from '../../errors.js';
import {
  layoutOf,
  momentsOf,
  spreadChannels,
  sumChannels,
  weighChannels,
  type Normalization,
} from './normalization.js';
import { defineOp } from '../../op.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { mul } from '../elementwise/mul.js';
import { standardizeGrad } from './standardize-grad.js';

/** The arguments with the moments that the call left. */
function known(args: Normalization, [moments]: readonly Tensor[]): Normalization {
  return moments === undefined ? args : { ...args, moments };
}

const standardizeOp = defineOp<'any', Normalization>({
  name: 'standardize',
  arity: 'any',
  forward: (call) => {
    const { args } = call;
    const [x, w, b] = call.inputs;
    if (x === undefined) throw new ShapeError('standardize: takes x, and weights');
    const moments = args.moments ?? momentsOf(x, args.centred);
    const out = emptyTensor(x.shape, x.dtype, 'standardize');
    call.save(moments);
    if (out.size === 0) return out;
    const { sizes } = layoutOf(x);
    engine().kernel('normalize', x.dtype)(
      ...[out, x, moments].map((operand) => operand.address()),
      ...[w?.address() ?? 0, b?.address() ?? 0],
      ...[...sizes, w?.size ?? sizes[1], x.rank === 3 ? 0 : args.part, args.eps],
    );
    return out;
  },
  derivative: {
    vjp: [
      (gradient, { inputs: [x, w], args, saved }) =>
        x === undefined
          ? gradient
          : standardizeGrad(weighChannels(gradient, w, args.part), x, known(args, saved)),
      (gradient, { inputs: [x, w], args, saved }) =>
        x === undefined || w === undefined
          ? gradient
          : sumChannels(mul(gradient, standardize(x, known(args, saved))), w, args.part),
      (gradient, { inputs: [, , b], args }) =>
        b === undefined ? gradient : sumChannels(gradient, b, args.part),
    ],
    jvp: [
      (tangent, { inputs: [x, w], args, saved }) =>
        x === undefined
          ? tangent
          : weighChannels(standardizeGrad(tangent, x, known(args, saved)), w, args.part),
      (tangent, { inputs: [x], args, saved }) =>
        x === undefined
          ? tangent
          : weighChannels(standardize(x, known(args, saved)), tangent, args.part),
      (tangent, { inputs: [x], args }) =>
        x === undefined ? tangent : spreadChannels(tangent, x, args.part),
    ],
  },
  torch:
    "F.batch_norm(a, None, None, *x[1:], training=True, eps=args['eps']) if a.dim() == 3 else " +
    "F.layer_norm(a, a.shape[1:], *x[1:], eps=args['eps']) if args['centred'] else " +
    "a * torch.rsqrt(a.square().mean(1, keepdim=True) + args['eps']) * (b if len(x) > 1 else 1)",
  samples: [
    { inputs: [[3, 5], [5], [5]], args: { eps: 1e-5, centred: true, part: 1 } },
    { inputs: [[2, 6]], args: { eps: 0.1, centred: true, part: 1 } },
    { inputs: [[3, 5], [5]], args: { eps: 0.01, centred: false, part: 1 } },
    { inputs: [[2, 3, 4], [3], [3]], args: { eps: 1e-3, centred: true, part: 0 } },
    { inputs: [[3, 2, 1]], args: { eps: 0.01, centred: true, part: 0 } },
    { inputs: [[0, 3], [3], [3]], args: { eps: 0.01, centred: true, part: 1 } },
  ],
});

/**
 * `y = (x - mean) / sqrt(variance + eps) w + b` for each row; see `Normalization` for what a row is.
 */
export function standardize(
  x: Tensor,
  how: Normalization,
  w: Tensor | null = null,
  b: Tensor | null = null,
): Tensor {
  // A bias stands behind weights.
  const weights = w === null ? [] : b === null ? [w] : [w, b];
  return standardizeOp([x, ...weights], how);
}
