import { ValueError } from '../../errors.js';
import { classesLast, positionsOf } from './class-targets.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss, type LossOptions } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import type { Tensor } from '../../tensor.js';
import { div } from '../elementwise/div.js';
import { klDiv } from './kl-div.js';
import { logSoftmax } from '../activations/log-softmax.js';
import { mul } from '../elementwise/mul.js';
import { reshape } from '../shape/reshape.js';
import { sum } from '../reductions/sum.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface DistillationOptions extends LossOptions {
  /** By which both logits are divided: the higher, the softer the teacher's shares; 1 when left out. */
  readonly temperature?: number;
}

const distillationNames: OptionNames<DistillationOptions> = { reduction: true, temperature: true };

/**
 * How far a student's classes are from a teacher's, both softened: `T^2 sum_c q_c (ln q_c - ln p_c)`
 * with `p = softmax(x / T)` and `q = softmax(teacher / T)`, for logits `[N, C]` (or `[C]`, or
 * `[N, C, ...]`). `T^2` keeps the size of the gradients whatever the temperature. The mean is over all
 * positions. Derivative by x before the reduction: `T (p - q)`. Detach the teacher, or run it in
 * `noGrad`, where it does not learn.
 * @throws ShapeError when the shapes differ; DTypeError unless both are f32 or both f64; ValueError
 *   unless the temperature is above 0
 *
 * @example
 * distillation(student(x), noGrad(() => teacher(x)), { temperature: 4 });
 */
export function distillation(
  x: Tensor,
  teacher: Tensor,
  options: DistillationOptions = {},
): Tensor {
  checkOptions('distillation', options, distillationNames);
  const { temperature = 1 } = options;
  requireFloat('distillation', x, teacher);
  requireSameShape('distillation', x, teacher);
  if (!(temperature > 0)) {
    throw new ValueError(`distillation: the temperature is above 0, not ${temperature}`);
  }
  const soften = (logits: Tensor) => logSoftmax(div(classesLast(logits), temperature));
  const parts = klDiv(soften(x), soften(teacher), { reduction: 'none', logTarget: true });
  const losses = mul(sum(parts, { axis: 1 }), temperature ** 2);
  return reduceLoss('distillation', reshape(losses, positionsOf(x)), options);
}

registerComposed<DistillationOptions>({
  name: 'distillation',
  run: ([x, teacher], options) => distillation(x, teacher, options),
  torch:
    '(lambda t, d: getattr((F.softmax(b / t, d) * (F.log_softmax(b / t, d) - F.log_softmax(a / t, d))).sum(d) * t ** 2, ' +
    "{'none': 'clone'}.get(args.get('reduction', 'mean'), args.get('reduction', 'mean')))())" +
    "(args.get('temperature', 1), min(1, a.dim() - 1))",
  samples: [
    {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      args: {},
    },
    {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      args: { temperature: 4 },
    },
    {
      inputs: [
        [2, 3, 2],
        [2, 3, 2],
      ],
      args: { temperature: 0.5, reduction: 'sum' },
    },
    { inputs: [[4], [4]], args: { temperature: 2, reduction: 'none' } },
  ],
});
