import { outputSize, pairOf, spanOf, type Pair, type Window } from './conv-geometry.js';
import { zeros } from '../../create.js';
import { engine } from '../../engine.js';
import { ShapeError } from '../../errors.js';
import { defineOp, registerComposed } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { elementCount, formatShape, type Shape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { reshape } from '../shape/reshape.js';
import { checkOptions, type OptionNames } from '../../options.js';

export interface FoldOptions {
  /** Height and width of the windows. */
  readonly kernelSize: Pair;
  /** How far the window moves at a time; 1 when left out. */
  readonly stride?: Pair;
  /** Zeros around the image, on both sides of each axis; 0 when left out. */
  readonly padding?: Pair;
  /** Rows and columns from one element of a window to the next; 1 when left out. */
  readonly dilation?: Pair;
}

const foldNames: OptionNames<FoldOptions> = {
  kernelSize: true,
  stride: true,
  padding: true,
  dilation: true,
};

interface FoldArgs {
  readonly window: Required<Window>;
  /** Height and width: of images, of the window, and how many windows there are. */
  readonly image: readonly number[];
  readonly kernel: readonly number[];
  readonly places: readonly number[];
}

/** Calls a kernel that goes from images to columns, or back. */
function runKernel(name: string, out: Tensor, from: Tensor, args: FoldArgs): Tensor {
  const { window, image, kernel, places } = args;
  const images = name === 'fold' ? out : from;
  const planes = elementCount(images.shape.slice(0, 2));
  const geometry = [...window.stride, ...window.dilation, ...window.padding];
  const run = engine().kernel(name, out.dtype);
  run(out.address(), from.address(), planes, ...image, ...kernel, ...geometry, ...places);
  return out;
}

const unfoldOp = defineOp<1, FoldArgs>({
  name: 'unfoldWindows',
  arity: 1,
  forward: ({ inputs: [x], args }) => {
    const [count = 0, channels = 0] = x.shape;
    const shape = [count, channels * elementCount(args.kernel), elementCount(args.places)];
    const out = emptyTensor(shape, x.dtype, 'unfold');
    return out.size === 0 ? out : runKernel('unfold', out, x, args);
  },
  derivative: { transpose: [(gradient, { args }): Tensor => foldOp([gradient], args)] },
  torch:
    "F.unfold(a, args['kernel'], args['window']['dilation'], args['window']['padding'], args['window']['stride'])",
  samples: [
    {
      inputs: [[0, 2, 3, 3]],
      args: {
        window: { stride: [1, 1], padding: [0, 0], dilation: [1, 1] },
        image: [3, 3],
        kernel: [2, 2],
        places: [2, 2],
      },
      golden: false,
    },
    {
      inputs: [[1, 2, 4, 3]],
      args: {
        window: { stride: [2, 1], padding: [1, 0], dilation: [1, 2] },
        image: [4, 3],
        kernel: [2, 2],
        places: [3, 1],
      },
    },
  ],
});

const foldOp = defineOp<1, FoldArgs>({
  name: 'foldWindows',
  arity: 1,
  forward: ({ inputs: [columns], args }) => {
    const [count = 0, rows = 0] = columns.shape;
    const shape = [count, rows / elementCount(args.kernel), ...args.image];
    if (columns.size === 0) return zeros(shape, { dtype: columns.dtype });
    return runKernel('fold', emptyTensor(shape, columns.dtype, 'fold'), columns, args);
  },
  derivative: { transpose: [(outer, { args }): Tensor => unfoldOp([outer], args)] },
  torch:
    "F.fold(a, args['image'], args['kernel'], args['window']['dilation'], args['window']['padding'], args['window']['stride'])",
  samples: [
    {
      inputs: [[2, 4, 3]],
      args: {
        window: { stride: [2, 1], padding: [1, 0], dilation: [1, 2] },
        image: [4, 3],
        kernel: [2, 2],
        places: [3, 1],
      },
    },
  ],
});

function planFold(op: string, image: Shape, options: FoldOptions): FoldArgs {
  const kernel = pairOf(op, 'kernelSize', options.kernelSize, 1);
  const stride = pairOf(op, 'stride', options.stride ?? 1, 1);
  const padding = pairOf(op, 'padding', options.padding ?? 0, 0);
  const dilation = pairOf(op, 'dilation', options.dilation ?? 1, 1);
  const whole: [number, number] = [2 * padding[0], 2 * padding[1]];
  const places = outputSize(op, image, spanOf(kernel, dilation), stride, whole);
  return { window: { stride, padding, dilation }, image, kernel, places };
}

/**
 * The windows of images `[N, C, H, W]` as columns, `[N, C kh kw, windows]` ("im2col"): a convolution is the product
 * of its weights, `[O, C kh kw]`, with them. Derivative: `fold`.
 * @throws ShapeError when the window does not fit; ValueError for sizes below 1; DTypeError for whole
 *   numbers
 *
 * @example
 * unfold(zeros([8, 3, 10, 12]), { kernelSize: [4, 5] }).shape; // [8, 60, 56]
 */
export function unfold(x: Tensor, options: FoldOptions): Tensor {
  checkOptions('unfold', options, foldNames);
  requireFloat('unfold', x);
  if (x.rank === 3) {
    const columns = unfold(reshape(x, [1, ...x.shape]), options);
    return reshape(columns, columns.shape.slice(1));
  }
  if (x.rank !== 4) {
    throw new ShapeError(`unfold: x ${formatShape(x.shape)} is not [N, C, H, W] (or [C, H, W])`);
  }
  return unfoldOp([x], planFold('unfold', x.shape.slice(-2), options));
}

/**
 * Images `[N, C, H, W]` of a given size, as the sum of windows that are the columns `[N, C kh kw, windows]`: the
 * transposed map of `unfold`. Where windows overlap their elements add up, in ascending order. Derivative:
 * `unfold`.
 * @throws ShapeError when there are not as many columns as windows, or their length is no multiple of a
 *   window's; ValueError for sizes below 1; DTypeError for whole numbers
 *
 * @example
 * fold(ones([1, 4, 9]), [4, 4], { kernelSize: 2 }); // [1, 1, 4, 4]: 1 at corners, 2 at edges, 4 inside
 */
export function fold(columns: Tensor, outputSize: Pair, options: FoldOptions): Tensor {
  checkOptions('fold', options, foldNames);
  requireFloat('fold', columns);
  if (columns.rank === 2) {
    const image = fold(reshape(columns, [1, ...columns.shape]), outputSize, options);
    return reshape(image, image.shape.slice(1));
  }
  const image = pairOf('fold', 'outputSize', outputSize, 1);
  const plan = planFold('fold', image, options);
  const [, rows = 0, count] = columns.shape;
  const places = elementCount(plan.places);
  if (columns.rank !== 3 || rows % elementCount(plan.kernel) !== 0 || count !== places) {
    throw new ShapeError(
      `fold: columns ${formatShape(columns.shape)} are not [N, C ${plan.kernel.join(' ')}, ${places}], the windows ` +
        `of images of ${image.join(' x ')}`,
    );
  }
  return foldOp([columns], plan);
}

const named = "**{{'kernelSize': 'kernel_size'}.get(k, k): v for k, v in args['options'].items()}";

registerComposed<{ options: FoldOptions }>({
  name: 'unfold',
  run: ([x], { options }) => unfold(x, options),
  torch: `F.unfold(a, ${named})`,
  samples: [
    { inputs: [[2, 2, 3, 4]], args: { options: { kernelSize: 2 } } },
    {
      inputs: [[1, 2, 4, 4]],
      args: { options: { kernelSize: [2, 3], stride: [2, 1], padding: [0, 1], dilation: [2, 1] } },
    },
  ],
});

registerComposed<{ size: Pair; options: FoldOptions }>({
  name: 'fold',
  run: ([x], { size, options }) => fold(x, size, options),
  torch: `F.fold(a, args['size'], ${named})`,
  samples: [
    { inputs: [[2, 8, 6]], args: { size: [3, 4], options: { kernelSize: 2 } } },
    {
      inputs: [[1, 6, 4]],
      args: {
        size: [4, 4],
        options: { kernelSize: [2, 3], stride: 2, padding: [0, 1], dilation: 1 },
      },
    },
  ],
});
