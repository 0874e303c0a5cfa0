import { zeros } from '../../create.js';
import type { Shape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { eq } from '../elementwise/compare.js';
import { gather } from './gather.js';
import { scatter } from './scatter.js';

/**
 * Whether each element that is scattered over a tensor of the given shape stays there: none that comes
 * later goes to the same place.
 */
export function lastWritten(shape: Shape, axis: number, indices: Tensor): Tensor {
  const own = emptyTensor(indices.shape, 'i32', 'scatter');
  const places = own.view();
  for (let i = 0; i < places.length; i++) places[i] = i;
  const written = scatter(zeros(shape, { dtype: 'i32' }), axis, indices, own);
  return eq(gather(written, axis, indices), own);
}
