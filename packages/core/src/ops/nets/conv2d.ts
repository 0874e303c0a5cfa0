import { activationCode, throughActivation, type Activation } from '../activations/activation.js';
import {
  convSizes,
  convWindowOf,
  outputSize,
  pairOf,
  spanOf,
  type ConvWindow,
  type Pair,
} from './conv-geometry.js';
import { engine } from '../../engine.js';
import { ShapeError, ValueError } from '../../errors.js';
import { defineOp, registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { sumOverParts } from '../../row-parts.js';
import { formatShape, sameShape, type Shape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { conv2dInputGrad } from './conv2d-input-grad.js';
import { conv2dWeightGrad } from './conv2d-weight-grad.js';
import { expand } from '../shape/expand.js';
import { reshape } from '../shape/reshape.js';
import { narrow } from '../shape/slice.js';
import { sum } from '../reductions/sum.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface Conv2dOptions {
  /** How far the window moves at a time; 1 when left out. */
  readonly stride?: Pair;
  /**
   * Zeros around the image, on both sides of each axis; 0 when left out. `same` adds as many as keep
   * the size (at stride 1), the odd one below or to the right; `valid` adds none.
   */
  readonly padding?: Pair | 'same' | 'valid';
  /** Rows and columns from one element of a window to the next; 1 when left out. */
  readonly dilation?: Pair;
  /**
   * Parts into which the channels are cut, of both sides; those of a part are convolved with each
   * other alone. 1 when left out; as many as there are channels make a depthwise convolution.
   */
  readonly groups?: number;
  /** Applied to the results as they are written. */
  readonly activation?: Activation;
}

const conv2dNames: OptionNames<Conv2dOptions> = {
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
  activation: true,
};

interface Conv2dArgs extends ConvWindow {
  /** Height and width of the result. */
  readonly size: readonly [height: number, width: number];
  readonly activation?: Activation;
}

const conv2dOp = defineOp<'any', Conv2dArgs>({
  name: 'conv2d',
  arity: 'any',
  forward: ({ inputs: [x, w, b], args }) => {
    if (x === undefined || w === undefined) throw new ShapeError('conv2d: takes x and w');
    const shape = [x.shape[0] ?? 0, w.shape[0] ?? 0, ...args.size];
    const out = emptyTensor(shape, x.dtype, 'conv2d');
    if (out.size === 0) return out;
    engine().kernel('conv2d', x.dtype)(
      out.address(),
      x.address(),
      w.address(),
      b?.address() ?? 0,
      ...convSizes(x.shape, w.shape, out.shape, args),
      activationCode(args.activation),
    );
    return out;
  },
  derivative: {
    activation: (gradient, { output, args }) =>
      throughActivation(gradient, output, args.activation),
    vjp: [
      (gradient, { inputs: [x, w], args }) =>
        x && w ? conv2dInputGrad(gradient, w, x.shape, args) : gradient,
      (gradient, { inputs: [x, w], args }) =>
        x && w
          ? sumOverParts(x.shape[0] ?? 0, (begin, end) =>
              conv2dWeightGrad(rows(gradient, begin, end), rows(x, begin, end), w.shape, args),
            )
          : gradient,
      (gradient) =>
        sumOverParts(gradient.shape[0] ?? 0, (begin, end) =>
          sum(rows(gradient, begin, end), { axis: [0, 2, 3] }),
        ),
    ],
    jvp: [
      (tangent, { inputs: [, w], output, args }) =>
        w === undefined ? tangent : convolve(tangent, w, output.shape, args),
      (tangent, { inputs: [x], output, args }) =>
        x === undefined ? tangent : convolve(x, tangent, output.shape, args),
      (tangent, { output }) => expand(reshape(tangent, [tangent.size, 1, 1]), output.shape),
    ],
  },
  torch:
    "getattr(torch, args.get('activation', 'clone'))(F.conv2d(*x, stride=args['stride'], padding=args['padding'], dilation=args.get('dilation', 1), groups=args.get('groups', 1)))",
  samples: [
    {
      inputs: [
        [2, 3, 5, 4],
        [4, 3, 3, 3],
      ],
      args: { stride: [1, 1], padding: [0, 0], size: [3, 2] },
    },
    {
      inputs: [[2, 2, 4, 5], [3, 2, 3, 2], [3]],
      args: { stride: [2, 1], padding: [1, 0], size: [2, 4], activation: 'tanh' },
    },
    {
      inputs: [[1, 1, 4, 4], [2, 1, 3, 3], [2]],
      args: { stride: [1, 1], padding: [1, 1], size: [4, 4], activation: 'sigmoid' },
    },
    {
      inputs: [[1, 2, 3, 3], [2, 2, 2, 2], [2]],
      args: { stride: [2, 2], padding: [0, 0], size: [1, 1], activation: 'relu' },
    },
    {
      inputs: [[0, 1, 3, 3], [2, 1, 2, 2], [2]],
      args: { stride: [1, 1], padding: [0, 0], size: [2, 2] },
    },
    {
      inputs: [[1, 1, 7, 7], [1, 1, 3, 3], [1]],
      args: { stride: [3, 3], padding: [1, 1], size: [3, 3] },
    },
    {
      inputs: [
        [1, 2, 4, 9],
        [2, 2, 2, 4],
      ],
      args: { stride: [2, 3], padding: [1, 2], size: [3, 4] },
    },
    {
      inputs: [[1, 2, 4, 5], [2, 2, 1, 1], [2]],
      args: { stride: [1, 2], padding: [0, 0], size: [4, 3] },
    },
    {
      inputs: [[1, 2, 7, 6], [2, 2, 3, 2], [2]],
      args: { stride: [2, 1], padding: [1, 2], dilation: [2, 3], size: [3, 7] },
    },
    {
      inputs: [[2, 4, 3, 4], [6, 2, 2, 3], [6]],
      args: { stride: [1, 1], padding: [0, 1], size: [2, 4], groups: 2, activation: 'tanh' },
    },
    {
      inputs: [
        [1, 3, 5, 5],
        [6, 1, 2, 2],
      ],
      args: { stride: [2, 2], padding: [1, 0], dilation: [2, 1], size: [3, 2], groups: 3 },
    },
  ],
});

/** Images from `begin` to `end`; all of them as they are. */
function rows(x: Tensor, begin: number, end: number): Tensor {
  return begin === 0 && end === x.shape[0] ? x : narrow(x, 0, begin, end - begin);
}

/** Where the first window begins, and how many zeros each axis gets in all. */
function paddingOf(
  padding: Pair | 'same' | 'valid',
  span: readonly [number, number],
  stride: readonly [number, number],
): { first: [number, number]; whole: [number, number] } {
  if (padding === 'valid') return { first: [0, 0], whole: [0, 0] };
  if (padding === 'same') {
    if (stride[0] !== 1 || stride[1] !== 1) {
      throw new ValueError(
        `conv2d: padding 'same' keeps the size at stride 1 only, not at ${stride[0]} x ${stride[1]}; give numbers`,
      );
    }
    const whole: [number, number] = [span[0] - 1, span[1] - 1];
    return { first: [Math.floor(whole[0] / 2), Math.floor(whole[1] / 2)], whole };
  }
  const first = pairOf('conv2d', 'padding', padding, 0);
  return { first, whole: [2 * first[0], 2 * first[1]] };
}

/**
 * The convolution (cross-correlation) of images `x` `[N, C, H, W]`, or one of `[C, H, W]`, with
 * windows `w` `[O, C, kh, kw]` and a bias `[O]`:
 * `y[n, o, i, j] = f(b[o] + sum over c, u, v of w[o, c, u, v] x[n, c, i s + u d - p, j s + v d - p])`.
 * With `groups` the windows are `[O, C / groups, kh, kw]`, and those of a group see its channels.
 * Derivatives: by the image a gather of the gradient through the window, by the window a sum over
 * images and places, by the bias a sum over all but the channel.
 * @throws ShapeError when channels differ, groups do not divide them or the window does not fit;
 *   DTypeError unless all are f32 or all f64; ValueError for a stride, dilation or number of groups below
 *   1, or `same` beside another stride than 1
 *
 * @example
 * conv2d(zeros([8, 1, 28, 28]), zeros([32, 1, 3, 3]), null, { padding: 'same' }).shape; // [8, 32, 28, 28]
 */
export function conv2d(
  x: Tensor,
  w: Tensor,
  b?: Tensor | null,
  options: Conv2dOptions = {},
): Tensor {
  checkOptions('conv2d', options, conv2dNames);
  const operands = b === undefined || b === null ? [x, w] : [x, w, b];
  requireFloat('conv2d', ...operands);
  if (x.rank === 3) {
    const y = conv2d(reshape(x, [1, ...x.shape]), w, b, options);
    return reshape(y, y.shape.slice(1));
  }
  const { activation, groups = 1 } = options;
  checkShapes(x.shape, w.shape, b?.shape, groups);
  const stride = pairOf('conv2d', 'stride', options.stride ?? 1, 1);
  const dilation = pairOf('conv2d', 'dilation', options.dilation ?? 1, 1);
  const span = spanOf([w.shape[2] ?? 1, w.shape[3] ?? 1], dilation);
  const { first, whole } = paddingOf(options.padding ?? 0, span, stride);
  return conv2dOp(operands, {
    stride,
    padding: first,
    dilation,
    groups,
    size: outputSize('conv2d', x.shape, span, stride, whole),
    ...(activation === undefined ? {} : { activation }),
  });
}

/** The convolution without a bias, with everything about its window already known. */
export function convolve(x: Tensor, w: Tensor, y: Shape, window: ConvWindow): Tensor {
  return conv2dOp([x, w], { ...convWindowOf(window), size: [y[2] ?? 1, y[3] ?? 1] });
}

function checkShapes(x: Shape, w: Shape, b: Shape | undefined, groups: number): void {
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ValueError(`conv2d: groups must be a whole number of 1 or more, not ${groups}`);
  }
  const [, channels = 0] = x;
  const [outputs = 0] = w;
  if (x.length !== 4 || w.length !== 4 || channels !== (w[1] ?? 0) * groups) {
    const ofGroups = groups === 1 ? '' : ` in each of ${groups} groups`;
    const wanted = (w[1] ?? 0) * groups;
    const counts =
      x.length === 4 && w.length === 4
        ? `x has ${channels} channel${channels === 1 ? '' : 's'}, w wants ${wanted}: `
        : '';
    throw new ShapeError(
      `conv2d: ${counts}x ${formatShape(x)} does not fit w ${formatShape(w)}: they are [N, C, H, W] (or ` +
        `[C, H, W]) and [O, C, kh, kw] with the same C${ofGroups}`,
    );
  }
  if (outputs % groups !== 0) {
    throw new ShapeError(
      `conv2d: ${groups} groups do not divide the ${outputs} windows of w ${formatShape(w)}`,
    );
  }
  if (b !== undefined && !sameShape(b, [w[0] ?? 0])) {
    throw new ShapeError(
      `conv2d: the bias ${formatShape(b)} does not fit w ${formatShape(w)}: it is [${w[0]}]`,
    );
  }
}

registerComposed({
  name: 'conv2dSame',
  run: ([x, w]) => conv2d(x, w, null, { padding: 'same' }),
  torch: "F.conv2d(a, b, padding='same')",
  samples: [
    {
      inputs: [
        [2, 1, 5, 4],
        [2, 1, 4, 3],
      ],
    },
    {
      inputs: [
        [2, 3, 4],
        [1, 2, 3, 5],
      ],
    },
  ],
});
