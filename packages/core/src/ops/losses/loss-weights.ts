import { tensor } from '../../create.js';
import { ShapeError } from '../../errors.js';
import { mul } from '../elementwise/mul.js';
import { cast } from '../elementwise/to.js';
import { broadcastShapes, formatShape, sameShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';

/** What classes or elements count, as a tensor or a list. Held while differentiating. */
export type Weights = Tensor | readonly number[];

/** Weights in the dtype of what they weigh. */
export function tensorOfWeights(weights: Weights, like: Tensor): Tensor {
  return 'shape' in weights
    ? cast(weights, like.dtype).detach()
    : tensor(weights, { dtype: like.dtype });
}

/** @throws ShapeError unless the weights stretch to the shape of what they weigh */
export function elementWeights(op: string, weights: Weights, like: Tensor): Tensor {
  const given = tensorOfWeights(weights, like);
  if (!sameShape(broadcastShapes(op, given.shape, like.shape), like.shape)) {
    throw new ShapeError(
      `${op}: weights ${formatShape(given.shape)} do not stretch to ${formatShape(like.shape)}; give one ` +
        'for each element of its last axes',
    );
  }
  return given;
}

/** Losses times the weights of an option of that name, if there are any. */
export function weighElements(
  op: string,
  losses: Tensor,
  { weight }: { readonly weight?: Weights },
): Tensor {
  return weight === undefined ? losses : mul(losses, elementWeights(op, weight, losses));
}
