import { bytesPerElement } from './dtype.js';
import { engine } from './engine.js';
import { collapseAxes, type Shape } from './shape.js';
import { emptyTensor, type Tensor } from './tensor.js';

/** Gathers `x`, walked with any strides (0 repeats, negative reverses), into a new tensor. */
export function stridedCopy(
  x: Tensor,
  shape: Shape,
  strides: readonly number[],
  offset = 0,
): Tensor {
  const out = emptyTensor(shape, x.dtype, 'copy');
  if (out.size === 0) return out;
  const bytes = bytesPerElement(x.dtype);
  const collapsed = collapseAxes(shape, [strides]);
  const layout = engine().describe(collapsed.shape, ...collapsed.strides);
  engine().kernel(`stridedCopy${bytes}`)(out.address(), x.address() + offset * bytes, layout);
  return out;
}

/** Writes `x` into the elements of `target` that the strides walk; the rest stays as it is. */
export function stridedScatter(
  target: Tensor,
  x: Tensor,
  strides: readonly number[],
  offset = 0,
): void {
  if (x.size === 0) return;
  const bytes = bytesPerElement(x.dtype);
  const collapsed = collapseAxes(x.shape, [strides]);
  const layout = engine().describe(collapsed.shape, ...collapsed.strides);
  engine().kernel(`stridedScatter${bytes}`)(target.address() + offset * bytes, x.address(), layout);
}
