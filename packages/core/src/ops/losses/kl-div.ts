import { ValueError } from '../../errors.js';
import { defineOp, registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { reduceLoss, type Reduction } from './reduction.js';
import { requireSameShape } from './same-shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { div } from '../elementwise/div.js';
import { eq } from '../elementwise/compare.js';
import { exp } from '../elementwise/exp.js';
import { log } from '../elementwise/log.js';
import { mul } from '../elementwise/mul.js';
import { neg } from '../elementwise/neg.js';
import { sub } from '../elementwise/sub.js';
import { sum } from '../reductions/sum.js';
import { where } from '../elementwise/where.js';
import { checkOptions, type OptionNames } from '../../options.js';

const shares = { low: 0.05, high: 1 };

const klDivOp = defineOp({
  name: 'klDivElements',
  arity: 2,
  // A share of 0 adds nothing, whatever the logarithms are.
  forward: ({ inputs: [x, target] }) => where(eq(target, 0), 0, mul(target, sub(log(target), x))),
  derivative: {
    local: [
      ({ inputs: [, target] }) => neg(target),
      ({ inputs: [x, target] }) => sub(add(log(target), 1), x),
    ],
  },
  torch: "F.kl_div(a, b, reduction='none')",
  samples: [
    { inputs: [[3, 4], { shape: [3, 4], ...shares }] },
    { inputs: [[], { shape: [], ...shares }] },
    { inputs: [[0], [0]] },
  ],
});

const klDivOfLogsOp = defineOp({
  name: 'klDivOfLogs',
  arity: 2,
  forward: ({ inputs: [x, target] }) => mul(exp(target), sub(target, x)),
  derivative: {
    local: [
      ({ inputs: [, target] }) => neg(exp(target)),
      ({ inputs: [x, target] }) => mul(exp(target), add(sub(target, x), 1)),
    ],
  },
  torch: "F.kl_div(a, b, reduction='none', log_target=True)",
  samples: [
    {
      inputs: [
        [3, 4],
        [3, 4],
      ],
    },
    { inputs: [[], []] },
  ],
});

export interface KlDivOptions {
  /** `mean`, over all elements, when left out; `batchmean` is the sum over the size of axis 0. */
  readonly reduction?: Reduction | 'batchmean';
  /** Whether the targets are logarithms of probabilities, too; false when left out. */
  readonly logTarget?: boolean;
}

const klDivNames: OptionNames<KlDivOptions> = { reduction: true, logTarget: true };

/**
 * The Kullback-Leibler divergence of log-probabilities `x` from probabilities `t`, element by element:
 * `t (ln t - x)`, 0 where t is 0, or `e^t (t - x)` where the targets are logarithms. The divergence as
 * it is defined sums over each distribution: that is `batchmean` for `[N, C]`. Derivatives before the
 * reduction: `-t` and `ln t + 1 - x`, or `-e^t` and `e^t (t - x + 1)`.
 * @throws ShapeError when the shapes differ; DTypeError unless both are f32 or both f64; ValueError for
 *   another reduction, or the batchmean of a scalar
 *
 * @example
 * const p = tensor([[0.5, 0.5]]);
 * klDiv(log(tensor([[0.25, 0.75]])), p, { reduction: 'batchmean' }).item(); // 0.1438...
 */
export function klDiv(x: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  checkOptions('klDiv', options, klDivNames);
  const { reduction = 'mean', logTarget = false } = options;
  requireFloat('klDiv', x, target);
  requireSameShape('klDiv', x, target);
  const losses = logTarget ? klDivOfLogsOp([x, target]) : klDivOp([x, target]);
  if (reduction !== 'batchmean') return reduceLoss('klDiv', losses, { reduction });
  if (x.rank === 0) {
    throw new ValueError("klDiv: a scalar has no batch; reduction 'batchmean' takes [N, ...]");
  }
  return div(sum(losses), x.shape[0] ?? 1);
}

registerComposed<KlDivOptions>({
  name: 'klDiv',
  run: ([x, target], options) => klDiv(x, target, options),
  torch:
    "F.kl_div(a, b, reduction=args.get('reduction', 'mean'), log_target=args.get('logTarget', False))",
  samples: [
    { inputs: [[3, 4], { shape: [3, 4], ...shares }], args: {} },
    { inputs: [[3, 4], { shape: [3, 4], ...shares }], args: { reduction: 'batchmean' } },
    {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      args: { reduction: 'batchmean', logTarget: true },
    },
    {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      args: { reduction: 'sum', logTarget: true },
    },
  ],
});
