import { full } from '../../create.js';
import { isFloat } from '../../dtype.js';
import { ShapeError, ValueError } from '../../errors.js';
import { defineOp, registerComposed } from '../../op.js';
import { formatShape, rowMajorStrides, type Shape } from '../../shape.js';
import { stridedScatter } from '../../strided.js';
import type { Tensor } from '../../tensor.js';
import { asStrided } from './as-strided.js';
import { cat } from './cat.js';
import { expand } from './expand.js';
import { flip } from './flip.js';
import { narrow } from './slice.js';
import { checkOptions, type OptionNames } from '../../options.js';
import { requireList } from '../../require-list.js';

/** What a border is filled with: a value, the inside mirrored, its outermost elements, its other end. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

export interface PadOptions {
  /** `constant` when left out. */
  readonly mode?: PadMode;
  /** What a constant border holds; 0 when left out. */
  readonly value?: number;
}

const padNames: OptionNames<PadOptions> = { mode: true, value: true };

/** A border of a value: how much before and after each axis, none of it negative. */
interface BorderArgs {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

/** Where the first element of the inside lies. */
function startOf(shape: Shape, before: readonly number[]): number {
  const strides = rowMajorStrides(shape);
  return before.reduce((sum, size, axis) => sum + size * (strides[axis] ?? 0), 0);
}

const borderOp = defineOp<1, BorderArgs>({
  name: 'padConstant',
  arity: 1,
  forward: ({ inputs: [x], args: { before, after, value } }) => {
    const shape = x.shape.map((size, axis) => size + (before[axis] ?? 0) + (after[axis] ?? 0));
    const out = full(shape, value, { dtype: x.dtype });
    stridedScatter(out, x, rowMajorStrides(shape), startOf(shape, before));
    return out;
  },
  derivative: {
    vjp: [
      (gradient, { inputs: [x], args: { before } }): Tensor => {
        const { shape } = gradient;
        return asStrided(gradient, x.shape, rowMajorStrides(shape), startOf(shape, before));
      },
    ],
    // The value does not vary.
    jvp: [(tangent, { args }): Tensor => borderOp([tangent], { ...args, value: 0 })],
  },
  torch:
    "F.pad(a, [n for p in zip(args['before'][::-1], args['after'][::-1]) for n in p], " +
    "value=args['value'])",
  samples: [
    { inputs: [[2, 3]], args: { before: [1, 0], after: [0, 2], value: 0.5 } },
    { inputs: [[0, 2]], args: { before: [1, 1], after: [1, 0], value: -1 } },
  ],
});

/**
 * The tensor with a border. `padding` is read as in PyTorch, from the LAST axis backwards, two numbers
 * an axis: `[left, right]` pads the last axis, `[left, right, top, bottom]` the last two, and so on;
 * axes in front of those stay. A negative number cuts off so many.
 *
 * - `constant`: the border holds `value`;
 * - `reflect`: the inside mirrored at its outermost elements, which are not repeated (`cb|abc|ba`);
 * - `replicate`: the outermost element again and again (`aa|abc|cc`);
 * - `circular`: the inside goes on from its other end (`bc|abc|ab`).
 *
 * Derivative: the gradient of the inside, and that of each border element added where it came from.
 * @throws ShapeError when there are more numbers than two an axis, or an axis is too short to be
 *   mirrored, repeated or cut; ValueError for numbers that are not whole, an odd count, another
 *   mode, or a fraction in a border of whole numbers
 *
 * @example
 * pad(tensor([1, 2, 3]), [2, 1]); // [0, 0, 1, 2, 3, 0]
 * pad(zeros([8, 3, 28, 28]), [1, 1, 2, 2], { mode: 'reflect' }).shape; // [8, 3, 32, 30]
 */
export function pad(x: Tensor, padding: readonly number[], options: PadOptions = {}): Tensor {
  checkOptions('pad', options, padNames);
  requireList('pad', 'widths', padding, '[1, 1]');
  const { mode = 'constant', value = 0 } = options;
  if (!['constant', 'reflect', 'replicate', 'circular'].includes(mode)) {
    throw new ValueError(
      `pad: mode is 'constant', 'reflect', 'replicate' or 'circular', not '${mode}'`,
    );
  }
  if (padding.length % 2 !== 0 || !padding.every(Number.isInteger)) {
    throw new ValueError(
      `pad: [${padding.join(', ')}] must be whole numbers, two for each axis from the last on`,
    );
  }
  if (!isFloat(x.dtype) && !Number.isInteger(value)) {
    throw new ValueError(
      `pad: a border of ${value} does not fit in ${x.dtype}; give a whole number, or convert with to('f32')`,
    );
  }
  if (padding.length > 2 * x.rank) {
    throw new ShapeError(
      `pad: ${padding.length} numbers pad ${padding.length / 2} axes, but ${formatShape(x.shape)} has ${x.rank}`,
    );
  }
  const at = (axis: number, side: 0 | 1) => padding[2 * (x.rank - 1 - axis) + side] ?? 0;
  const before = x.shape.map((_, axis) => at(axis, 0));
  const after = x.shape.map((_, axis) => at(axis, 1));
  const grow = (inside: Tensor) =>
    bordered(inside, before.map(atLeastZero), after.map(atLeastZero), mode, value);
  // What is cut off one end still shows in the border at the other where that mirrors or repeats it.
  return mode === 'reflect' || mode === 'replicate'
    ? cut(grow(x), before, after)
    : grow(cut(x, before, after));
}

function bordered(
  x: Tensor,
  before: readonly number[],
  after: readonly number[],
  mode: PadMode,
  value: number,
): Tensor {
  if ([...before, ...after].every((size) => size === 0)) return x;
  if (mode === 'constant') return borderOp([x], { before, after, value });
  return x.shape.reduce(
    (padded, _, axis) => continued(padded, axis, before[axis] ?? 0, after[axis] ?? 0, mode),
    x,
  );
}

function atLeastZero(size: number): number {
  return Math.max(0, size);
}

/** Without what a negative padding cuts off. */
function cut(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  return x.shape.reduce((inside, size, axis) => {
    const start = atLeastZero(-(before[axis] ?? 0));
    const length = size - start - atLeastZero(-(after[axis] ?? 0));
    if (length < 0) {
      throw new ShapeError(
        `pad: ${before[axis]} and ${after[axis]} cut more off axis ${axis} of ${formatShape(x.shape)} than there is`,
      );
    }
    return length === size ? inside : narrow(inside, axis, start, length);
  }, x);
}

/** A border of the tensor's own elements along an axis. */
function continued(
  x: Tensor,
  axis: number,
  before: number,
  after: number,
  mode: Exclude<PadMode, 'constant'>,
): Tensor {
  if (before === 0 && after === 0) return x;
  const size = x.shape[axis] ?? 1;
  const longest = { reflect: size - 1, circular: size, replicate: size > 0 ? Infinity : 0 }[mode];
  if (Math.max(before, after) > longest) {
    throw new ShapeError(
      `pad: a border of ${Math.max(before, after)} in mode '${mode}' is too wide for axis ${axis} of ` +
        `${formatShape(x.shape)}; at most ${Math.max(0, longest)} fit`,
    );
  }
  const piece = (start: number, length: number) => narrow(x, axis, start, length);
  const repeated = (start: number, length: number) =>
    expand(
      piece(start, 1),
      x.shape.map((own, i) => (i === axis ? length : own)),
    );
  const borders = {
    reflect: () => [flip(piece(1, before), axis), flip(piece(size - 1 - after, after), axis)],
    replicate: () => [repeated(0, before), repeated(size - 1, after)],
    circular: () => [piece(size - before, before), piece(0, after)],
  }[mode]();
  const parts = [...borders.slice(0, 1), x, ...borders.slice(1)];
  return cat(
    parts.filter((part) => part.shape[axis] !== 0),
    axis,
  );
}

interface PadArgs extends PadOptions {
  readonly padding: readonly number[];
}

registerComposed<PadArgs>({
  name: 'pad',
  run: ([x], { padding, ...options }) => pad(x, padding, options),
  torch: "F.pad(a, args['padding'], mode=args.get('mode', 'constant'), value=args.get('value'))",
  samples: [
    { inputs: [[2, 3]], args: { padding: [1, 2] } },
    { inputs: [[2, 1, 2]], args: { padding: [1, 0, 0, 1, 1, 1], value: -2.5 } },
    { inputs: [[3, 4]], args: { padding: [-1, 2, 0, -1], value: 1 } },
    { inputs: [[0, 2]], args: { padding: [1, 1, 1, 0] } },
    { inputs: [[]], args: { padding: [] } },
    { inputs: [[2, 4]], args: { padding: [3, 2], mode: 'reflect' } },
    { inputs: [[1, 2, 3, 3]], args: { padding: [1, 0, 2, 1], mode: 'reflect' } },
    { inputs: [[1, 2, 3]], args: { padding: [2, 4], mode: 'replicate' } },
    { inputs: [[1, 2, 2, 3]], args: { padding: [1, 1, 0, 2], mode: 'replicate' } },
    { inputs: [[1, 2, 4]], args: { padding: [4, 2], mode: 'circular' } },
    { inputs: [[1, 1, 3, 2]], args: { padding: [0, 2, 1, 2], mode: 'circular' } },
    { inputs: [[1, 2, 4]], args: { padding: [-1, 3], mode: 'reflect' } },
    { inputs: [[1, 2, 3]], args: { padding: [2, -2], mode: 'replicate' } },
    { inputs: [[3, 2, 2]], args: { padding: [0, 0, 0, 1, 2, 1], mode: 'reflect' }, golden: false },
    {
      inputs: [{ shape: [2, 2], dtype: 'u8', low: 1, high: 9 }],
      args: { padding: [1, 1], value: 7 },
    },
  ],
});
