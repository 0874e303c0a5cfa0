import { tensor } from '../../create.js';
import { engine } from '../../engine.js';
import { ShapeError, ValueError } from '../../errors.js';
import { checkWeights, momentsOf } from './normalization.js';
import { registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { elementCount, formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { add } from '../elementwise/add.js';
import { mul } from '../elementwise/mul.js';
import { standardize } from './standardize.js';
import { reshape } from '../shape/reshape.js';
import { rsqrt } from '../elementwise/rsqrt.js';
import { slice } from '../shape/slice.js';
import { sub } from '../elementwise/sub.js';
import { cast } from '../elementwise/to.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface BatchNormOptions {
  /**
   * Whether to normalise by the statistics of this batch, and to move the running ones towards them;
   * else the running ones are used. False when left out.
   */
  readonly training?: boolean;
  /** How far the running statistics move towards those of a batch; 0.1 when left out. */
  readonly momentum?: number;
  /** Added to the variance; 1e-5 when left out. */
  readonly eps?: number;
}

const batchNormNames: OptionNames<BatchNormOptions> = { training: true, momentum: true, eps: true };

/** Mean and variance of each channel of a batch, `[C]`, and over how many elements they are taken. */
export interface BatchMoments {
  readonly mean: Tensor;
  /** Biased: the mean squared distance from the mean. */
  readonly variance: Tensor;
  readonly count: number;
}

/** `x` with one axis of places, `[N, C, places]`. */
function withPlaces(x: Tensor): Tensor {
  const [count = 0, channels = 0] = x.shape;
  if (x.rank < 2) {
    throw new ShapeError(`batchNorm: x ${formatShape(x.shape)} is not [N, C, ...]`);
  }
  return reshape(x, [count, channels, elementCount(x.shape.slice(2))]);
}

function momentsFrom(x: Tensor, moments: Tensor): BatchMoments {
  const [count = 0, channels = 0, places = 0] = x.shape;
  const row = (i: number) => cast(reshape(slice(moments, i, i + 1), [channels]), x.dtype);
  return { mean: row(0), variance: row(1), count: count * places };
}

/**
 * The statistics by which `batchNorm` normalises `x` `[N, C, ...]` in training. They carry no derivative.
 * @throws ShapeError when x has no channels; DTypeError for whole numbers
 */
export function batchMoments(x: Tensor): BatchMoments {
  requireFloat('batchMoments', x);
  const rows = withPlaces(x);
  engine().nextOp();
  return momentsFrom(rows, momentsOf(rows, true));
}

/** `old + momentum (new - old)` as PyTorch rounds it, in place. */
function move(running: Tensor, target: Tensor, momentum: number): void {
  running.assign(add(mul(running.detach(), 1 - momentum), mul(target, momentum)));
}

/**
 * `y = (x - mean) / sqrt(variance + eps) * weight[c] + bias[c]` for `x` `[N, C, ...]`. In training mean and (biased)
 * variance are those of each channel over the batch and all places, and the running statistics `[C]`, where
 * given, are moved in place: `running = (1 - momentum) running + momentum new`, the variance with its unbiased
 * estimate. Else the running statistics are used as they are. Derivative in training as that of `layerNorm`,
 * over a channel; no derivative by the running statistics.
 * @throws ShapeError when x has no channels, there is but one element a channel in training, or weights
 *   or statistics are not `[C]`; ValueError when there are no running statistics to use; DTypeError
 *   unless all are f32 or all f64
 *
 * @example
 * const [mean, variance] = [zeros([3]), ones([3])];
 * batchNorm(x, mean, variance, null, null, { training: true }); // x [8, 3, 5, 5]; moves mean and variance
 */
export function batchNorm(
  x: Tensor,
  runningMean: Tensor | null = null,
  runningVar: Tensor | null = null,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  options: BatchNormOptions = {},
): Tensor {
  checkOptions('batchNorm', options, batchNormNames);
  const { training = false, momentum = 0.1, eps = 1e-5 } = options;
  const others = [runningMean, runningVar, weight, bias].filter((one) => one !== null);
  requireFloat('batchNorm', x, ...others);
  const rows = withPlaces(x);
  const [, channels = 0] = x.shape;
  checkWeights('batchNorm', [channels], { runningMean, runningVar, weight, bias });
  const perChannel = (one: Tensor) => reshape(one, [channels, 1]);
  const shifted = (y: Tensor) => (bias === null ? y : add(y, perChannel(bias)));
  if (training) {
    engine().nextOp();
    const moments = momentsOf(rows, true);
    const { mean, variance, count } = momentsFrom(rows, moments);
    if (count < 2) {
      throw new ShapeError(
        `batchNorm: x ${formatShape(x.shape)} has ${count} elements a channel, which have no variance; ` +
          'use larger batches in training',
      );
    }
    if (runningMean !== null) move(runningMean, mean, momentum);
    if (runningVar !== null) move(runningVar, mul(variance, count / (count - 1)), momentum);
    const y = standardize(rows, { eps, centred: true, part: 0, moments }, weight, bias);
    return reshape(weight === null ? shifted(y) : y, x.shape);
  }
  if (runningMean === null || runningVar === null) {
    throw new ValueError(
      'batchNorm: outside of training it takes runningMean and runningVar; give them, or training: true',
    );
  }
  const deviation = rsqrt(add(runningVar.detach(), eps));
  const scale = weight === null ? deviation : mul(deviation, weight);
  const distance = sub(rows, perChannel(runningMean.detach()));
  return reshape(shifted(mul(distance, perChannel(scale))), x.shape);
}

registerComposed<{ training: boolean; mean?: number[]; variance?: number[]; eps?: number }>({
  name: 'batchNorm',
  run: ([x, weight, bias], { training, mean, variance, eps = 1e-5 }) => {
    const statistic = (values: number[] | undefined) =>
      values === undefined ? null : tensor(values, { dtype: x.dtype });
    const running = [statistic(mean), statistic(variance)] as const;
    return batchNorm(x, ...running, weight, bias, { training, eps });
  },
  torch:
    "F.batch_norm(a, *[torch.tensor(args[k], dtype=a.dtype) if k in args else None for k in ('mean', 'variance')], " +
    "*x[1:], training=args['training'], eps=args.get('eps', 1e-5))",
  samples: [
    { inputs: [[2, 3, 4], [3], [3]], args: { training: true } },
    { inputs: [[2, 2, 2, 3], [2], [2]], args: { training: true, eps: 0.1 } },
    { inputs: [[5, 3]], args: { training: true, mean: [0, 1, 2], variance: [1, 2, 3] } },
    {
      inputs: [[2, 3, 2], [3], [3]],
      args: { training: false, mean: [0.5, -1, 0.25], variance: [1, 2, 0.5] },
    },
    { inputs: [[2, 2]], args: { training: false, mean: [0, 1], variance: [1, 2] } },
  ],
});
