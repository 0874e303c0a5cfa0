import { zeros } from '../../create.js';
import { isFloat } from '../../dtype.js';
import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { tableTensors, type AxisTable } from './resampling.js';
import { elementCount } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';

interface ResampleArgs {
  /** Height and width of the images, and of the results. */
  readonly image: readonly [height: number, width: number];
  readonly size: readonly [height: number, width: number];
  readonly rows: AxisTable;
  readonly columns: AxisTable;
  /** Rows, and columns, that a result is made of. */
  readonly taps: number;
}

/** Calls one of the two kernels, which read and write images and results in either direction. */
function runKernel(name: string, out: Tensor, from: Tensor, args: ResampleArgs): Tensor {
  if (!isFloat(out.dtype)) return out;
  const { image, size, rows, columns, taps } = args;
  const tables = [...tableTensors(rows, out.dtype), ...tableTensors(columns, out.dtype)];
  const planes = elementCount(out.shape.slice(0, -2));
  const addresses = tables.map((table) => table.address());
  const operands = [out.address(), from.address()];
  engine().kernel(name, out.dtype)(...operands, planes, ...image, ...size, ...addresses, taps);
  return out;
}

const resample2dOp = defineOp<1, ResampleArgs>({
  name: 'resample2d',
  arity: 1,
  forward: ({ inputs: [x], args }) => {
    const out = emptyTensor([...x.shape.slice(0, -2), ...args.size], x.dtype, 'interpolate');
    return out.size === 0 ? out : runKernel('resample2d', out, x, args);
  },
  derivative: { transpose: [(gradient, { args }): Tensor => resample2dGradOp([gradient], args)] },
  torch: "F.interpolate(a[None], args['size'], mode='bilinear')[0]",
  samples: [
    {
      inputs: [[2, 2, 3]],
      args: {
        image: [2, 3],
        size: [2, 2],
        rows: { places: [0, 1, 1, 1], weights: [1, 0, 1, 0] },
        columns: { places: [0, 1, 1, 2], weights: [0.75, 0.25, 0.25, 0.75] },
        taps: 2,
      },
    },
    {
      inputs: [[0, 1, 1]],
      args: {
        image: [1, 1],
        size: [1, 1],
        rows: { places: [0, 0], weights: [1, 0] },
        columns: { places: [0, 0], weights: [1, 0] },
        taps: 2,
      },
      golden: false,
    },
  ],
});

const resample2dGradOp = defineOp<1, ResampleArgs>({
  name: 'resample2dGrad',
  arity: 1,
  forward: ({ inputs: [gradient], args }) => {
    const shape = [...gradient.shape.slice(0, -2), ...args.image];
    if (gradient.size === 0) return zeros(shape, { dtype: gradient.dtype });
    const out = emptyTensor(shape, gradient.dtype, 'interpolate');
    return runKernel('resample2dGrad', out, gradient, args);
  },
  derivative: { transpose: [(outer, { args }): Tensor => resample2dOp([outer], args)] },
  torch:
    "torch.autograd.functional.vjp(lambda y: F.interpolate(y[None], args['size'], mode='nearest')[0], " +
    "torch.zeros([a.shape[0], *args['image']], dtype=a.dtype), a, create_graph=True)[1]",
  samples: [
    {
      inputs: [[2, 2, 4]],
      args: {
        image: [1, 2],
        size: [2, 4],
        rows: { places: [0, 0], weights: [1, 1] },
        columns: { places: [0, 0, 1, 1], weights: [1, 1, 1, 1] },
        taps: 1,
      },
    },
  ],
});

/** Results made of rows and columns of the images `[..., H, W]`, weighed as tables say. */
export function resample2d(x: Tensor, args: ResampleArgs): Tensor {
  return resample2dOp([x], args);
}
