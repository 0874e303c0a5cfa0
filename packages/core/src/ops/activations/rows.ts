import { permute } from '../shape/permute.js';
import { normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';

/** Runs an op that works along the last axis along another one. */
export function alongAxis(
  op: string,
  x: Tensor,
  axis: number,
  run: (rows: Tensor) => Tensor,
): Tensor {
  const normal = normalizeAxis(op, axis, x.rank);
  const last = x.rank - 1;
  if (normal === last) return run(x);
  const axes = x.shape.map((_, i) => (i === normal ? last : i === last ? normal : i));
  return permute(run(permute(x, axes)), axes);
}

/** Number and length of the rows along the last axis; a scalar is one row of one element. */
export function rowSizes(x: Tensor): [rows: number, length: number] {
  const length = x.shape.at(-1) ?? 1;
  return [length === 0 ? 0 : x.size / length, length];
}
