import { engine } from '../../engine.js';
import { ValueError } from '../../errors.js';
import { defineOp } from '../../op.js';
import { requireFloat } from '../../reduce.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import { dropoutGrad } from './dropout-grad.js';

interface DropoutArgs {
  readonly p: number;
}

const dropoutOp = defineOp<1, DropoutArgs>({
  name: 'dropout',
  arity: 1,
  forward: (call) => {
    const [x] = call.inputs;
    const { p } = call.args;
    const out = emptyTensor(x.shape, x.dtype, 'dropout');
    const mask = emptyTensor(x.shape, 'u8', 'dropout mask');
    const place = engine().random.nextCall();
    const kernel = engine().kernel('dropout', x.dtype);
    kernel(out.address(), mask.address(), x.address(), x.size, p, ...place);
    call.save(mask);
    return out;
  },
  derivative: {
    symmetric: [
      (gradient, { saved: [mask], args: { p } }) =>
        mask === undefined ? gradient : dropoutGrad(gradient, mask, p),
    ],
  },
  torch: "F.dropout(a, args['p'])",
  samples: [
    { inputs: [[3, 5]], args: { p: 0.5 }, golden: false },
    { inputs: [[3, 5]], args: { p: 0 } },
    { inputs: [[4]], args: { p: 1 } },
    { inputs: [[0]], args: { p: 0.5 }, golden: false },
  ],
});

/**
 * Sets each element to 0 with probability `p` and divides the others by `1 - p`, so that the mean
 * stays. Which ones follows from the seed and the number of the call alone. Derivative: 0 or
 * `1 / (1 - p)` for the same elements.
 * @throws ValueError when p is not a probability; DTypeError for whole numbers
 */
export function dropout(x: Tensor, p = 0.5): Tensor {
  requireFloat('dropout', x);
  if (!(p >= 0 && p <= 1)) {
    throw new ValueError(`dropout: p is the probability of a zero, from 0 to 1, not ${p}`);
  }
  return dropoutOp([x], { p });
}
