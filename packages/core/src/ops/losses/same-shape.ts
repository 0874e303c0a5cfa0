import { ShapeError } from '../../errors.js';
import { formatShape, sameShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';

/** @throws ShapeError when a prediction and its target differ in shape, which would broadcast */
export function requireSameShape(op: string, x: Tensor, target: Tensor): void {
  if (!sameShape(x.shape, target.shape)) {
    throw new ShapeError(
      `${op}: x is ${formatShape(x.shape)}, the target ${formatShape(target.shape)}; they must be ` +
        'equal, so reshape or squeeze one',
    );
  }
}
