import { zeros } from '../../create.js';
import { engine } from '../../engine.js';
import { defineOp } from '../../op.js';
import { elementCount } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';

interface AdaptiveArgs {
  /** Height and width of the result. */
  readonly size: readonly [height: number, width: number];
}

/** Planes, and the sizes of images and results. */
function sizesOf(images: Tensor, size: readonly number[]): number[] {
  return [elementCount(images.shape.slice(0, -2)), ...images.shape.slice(-2), ...size];
}

const adaptiveWindowsOp = defineOp<1, AdaptiveArgs>({
  name: 'adaptiveWindows',
  arity: 1,
  forward: ({ inputs: [x], args: { size } }) => {
    const out = emptyTensor([...x.shape.slice(0, -2), ...size], x.dtype, 'adaptiveAvgPool2d');
    const kernel = engine().kernel('adaptiveAvgPool2d', x.dtype);
    kernel(out.address(), x.address(), ...sizesOf(x, size));
    return out;
  },
  derivative: {
    transpose: [
      (gradient, { inputs: [x] }) => shareAdaptively(gradient, [...x.shape.slice(-2)] as Extent),
    ],
  },
  torch: "F.adaptive_avg_pool2d(a, args['size'])",
  samples: [
    { inputs: [[2, 5, 4]], args: { size: [3, 3] } },
    { inputs: [[0, 1, 2, 3]], args: { size: [3, 2] } },
  ],
});

type Extent = [height: number, width: number];

const adaptiveGradOp = defineOp<1, AdaptiveArgs>({
  name: 'adaptiveWindowsGrad',
  arity: 1,
  forward: ({ inputs: [gradient], args: { size } }) => {
    const image = [...gradient.shape.slice(0, -2), ...size];
    if (gradient.size === 0) return zeros(image, { dtype: gradient.dtype });
    const out = emptyTensor(image, gradient.dtype, 'adaptiveAvgPool2d');
    const kernel = engine().kernel('adaptiveAvgPool2dGrad', gradient.dtype);
    kernel(out.address(), gradient.address(), ...sizesOf(out, gradient.shape.slice(-2)));
    return out;
  },
  derivative: {
    transpose: [
      (outer, { inputs: [gradient] }) =>
        adaptiveWindows(outer, [...gradient.shape.slice(-2)] as Extent),
    ],
  },
  torch:
    'torch.autograd.functional.vjp(lambda y: F.adaptive_avg_pool2d(y, a.shape[-2:]), ' +
    "torch.zeros([*a.shape[:-2], *args['size']], dtype=a.dtype), a, create_graph=True)[1]",
  samples: [{ inputs: [[2, 3, 3]], args: { size: [5, 4] } }],
});

/** The mean of each of `size` windows along the last two axes, which are cut as evenly as they can be. */
export function adaptiveWindows(x: Tensor, size: readonly [number, number]): Tensor {
  return adaptiveWindowsOp([x], { size });
}

/** The gradient of that for images of `size`: equal shares for each element of a window. */
function shareAdaptively(gradient: Tensor, size: Extent): Tensor {
  return adaptiveGradOp([gradient], { size });
}
