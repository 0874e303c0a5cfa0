import { engine } from '../../engine.js';
import { clone } from '../shape/clone.js';
import { cast } from '../elementwise/to.js';
import { narrow } from '../shape/slice.js';
import type { Shape } from '../../shape.js';
import { emptyTensor, type Tensor } from '../../tensor.js';

/** The places of the elements that are not 0, counted row by row, as a list of i32. */
export function truePlaces(op: string, mask: Tensor): Tensor {
  const flags = cast(mask, 'bool');
  engine().nextOp();
  const places = emptyTensor([flags.size], 'i32', op);
  const kernel = engine().kernel('nonzeroPlaces');
  const count = kernel(places.address(), flags.address(), flags.size);
  // A copy, so that a few places do not hold the memory of many.
  return clone(narrow(places, 0, 0, count));
}

/** Of places that are counted row by row through a shape, the index along each axis, as lists of i32. */
export function indicesAlongAxes(op: string, places: Tensor, shape: Shape): Tensor[] {
  const left = Int32Array.from(places.view());
  const along = shape.map(() => new Int32Array(left.length));
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    const own = along[axis];
    for (let i = 0; own !== undefined && i < left.length; i++) {
      const place = left[i] ?? 0;
      own[i] = place % size;
      left[i] = Math.trunc(place / size);
    }
  }
  return along.map((own) => {
    const result = emptyTensor([own.length], 'i32', op);
    result.view().set(own);
    return result;
  });
}
