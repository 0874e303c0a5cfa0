import { arrange, contract } from './contraction.js';
import { ShapeError, ValueError } from '../../errors.js';
import { registerComposed } from '../../op.js';
import { formatShape, normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';

/** Axes to sum over: of the first tensor, and of the second in the same order. */
type AxisPairs = readonly [readonly number[], readonly number[]];

/**
 * The product of two tensors, summed over axes of both: the last `axes` of the first and the first of
 * the second, or two lists of axes that are summed over in pairs. The result has the other axes of the
 * first, then those of the second. It is computed as one matrix product.
 * @throws ShapeError when an axis is not there, a pair differs in size, or the lists differ in length;
 *   ValueError for a number of axes that is not whole or negative; DTypeError when dtypes differ
 *
 * @example
 * tensordot(zeros([2, 3, 4]), zeros([3, 4, 5])).shape; // [2, 5]
 * tensordot(zeros([2, 3]), zeros([4, 3]), [[1], [1]]).shape; // [2, 4]
 */
export function tensordot(a: Tensor, b: Tensor, axes: number | AxisPairs = 2): Tensor {
  const [axesA, axesB] = typeof axes === 'number' ? neighbours(a, b, axes) : axes;
  const summedA = distinctAxes(axesA, a);
  const summedB = distinctAxes(axesB, b);
  const fits =
    summedA.length === summedB.length &&
    summedA.every((axis, i) => a.shape[axis] === b.shape[summedB[i] ?? 0]);
  if (!fits) {
    throw new ShapeError(
      `tensordot: axes [${axesA.join(', ')}] of ${formatShape(a.shape)} and [${axesB.join(', ')}] of ` +
        `${formatShape(b.shape)} do not fit: there must be as many, in pairs of one size`,
    );
  }
  const labelsA = a.shape.map((_, axis) => `a${axis}`);
  const labelsB = b.shape.map((_, axis) => {
    const pair = summedB.indexOf(axis);
    return pair < 0 ? `b${axis}` : `a${summedA[pair]}`;
  });
  const free = [
    ...labelsA.filter((name) => !labelsB.includes(name)),
    ...labelsB.filter((name) => !labelsA.includes(name)),
  ];
  const product = contract(
    { tensor: a, labels: labelsA },
    { tensor: b, labels: labelsB },
    new Set(free),
  );
  return arrange(product, free);
}

/** The last axes of the first tensor and the first of the second. */
function neighbours(a: Tensor, b: Tensor, count: number): AxisPairs {
  if (!Number.isInteger(count) || count < 0) {
    throw new ValueError(
      `tensordot: axes is a whole number of axes or two lists of them, not ${count}`,
    );
  }
  if (count > Math.min(a.rank, b.rank)) {
    throw new ShapeError(
      `tensordot: ${formatShape(a.shape)} and ${formatShape(b.shape)} do not both have ${count} axes; ` +
        'say over how many, or which, to sum',
    );
  }
  const first = Array.from({ length: count }, (_, i) => i);
  return [first.map((i) => a.rank - count + i), first];
}

function distinctAxes(axes: readonly number[], { rank }: Tensor): number[] {
  const normal = axes.map((axis) => normalizeAxis('tensordot', axis, rank));
  if (new Set(normal).size !== normal.length) {
    throw new ShapeError(`tensordot: axes [${axes.join(', ')}] name one axis twice`);
  }
  return normal;
}

registerComposed<{ readonly axes?: number | AxisPairs }>({
  name: 'tensordot',
  run: ([a, b], { axes }) => tensordot(a, b, axes),
  torch: "torch.tensordot(a, b, args.get('axes', 2))",
  samples: [
    {
      inputs: [
        [2, 2, 3],
        [2, 3, 2],
      ],
      args: {},
    },
    {
      inputs: [
        [2, 3],
        [3, 2],
      ],
      args: { axes: 1 },
    },
    { inputs: [[2], [3]], args: { axes: 0 } },
    {
      inputs: [
        [2, 3, 2],
        [2, 4, 2],
      ],
      args: {
        axes: [
          [-1, 0],
          [0, 2],
        ],
      },
    },
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      args: {
        axes: [
          [1, 0],
          [1, 0],
        ],
      },
    },
    {
      inputs: [
        [2, 0],
        [0, 3],
      ],
      args: { axes: 1 },
    },
    { inputs: [[], [2]], args: { axes: 0 } },
  ],
});
