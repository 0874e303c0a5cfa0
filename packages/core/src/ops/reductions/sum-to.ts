import { sameShape, stretchedAxes, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { reshape } from '../shape/reshape.js';
import { sum } from './sum.js';

/** Sums over the axes along which a tensor of `shape` was stretched: the transpose of `expand`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const axis = stretchedAxes(shape, x.shape);
  return reshape(axis.length === 0 ? x : sum(x, { axis }), shape);
}
