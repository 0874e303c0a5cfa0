import { engine } from '../engine.js';
import { DTypeError, GradientError, ShapeError, ValueError } from '../errors.js';
import { literal } from '../literal.js';
import { describeValue } from '../describe-value.js';
import { checkOptions, type OptionNames } from '../options.js';
import { add } from '../ops/elementwise/add.js';
import { clone } from '../ops/shape/clone.js';
import { formatShape, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { describeCallSite } from './call-site.js';
import { sweep, type SweepOptions } from './reverse-sweep.js';

export type BackwardOptions = Pick<SweepOptions, 'retainGraph' | 'createGraph'>;

const backwardNames: OptionNames<BackwardOptions> = { retainGraph: true, createGraph: true };

/**
 * Computes the gradient of a scalar with respect to every leaf it depends on and adds it to the
 * leaf's `grad`.
 *
 * @param seed adjoint of `output`, of its shape; may be left out for a tensor of one element
 * @throws GradientError when nothing was recorded or the graph was used before
 *
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * backward(w.mul(w).sum());
 * w.grad; // [2, 4]
 */
export function backward(output: Tensor, seed?: Tensor, options: BackwardOptions = {}): void {
  checkOptions('backward', options, backwardNames);
  const leaves = sweep([output], [checkedSeed(output, seed)], options);
  const taken = new Set<unknown>([seed?.storage.owner]);
  for (const [leaf, gradient] of leaves) {
    if (leaf.grad === null) leaf.grad = ownCopy(gradient, taken);
    else if (options.createGraph) leaf.grad = add(leaf.grad, gradient);
    else accumulate(leaf.grad, gradient);
    // It outlives the graph it is a result in, and the scope it was made in.
    if (options.createGraph === true || engine().scope !== null) leaf.grad.keep();
  }
}

/** The tensor itself, or a copy when it shares its bytes with one that was taken, or with nothing. */
export function ownCopy(gradient: Tensor, taken: Set<unknown>): Tensor {
  const { owner } = gradient.storage;
  const own = owner === gradient.storage && !taken.has(owner);
  taken.add(owner);
  return own ? gradient : clone(gradient);
}

/** Adds a gradient to one that is there, in place, so that it may live wherever its owner put it. */
function accumulate(target: Tensor, gradient: Tensor): void {
  const active = engine();
  active.nextOp();
  gradient.address();
  const to = target.address();
  active.kernel('add', target.dtype)(to, to, gradient.address(), target.size, 0);
  target.storage.version++;
}

/**
 * The seed of a sweep from `output`: the given one if it fits, else 1 for a single element. That one
 * is a constant, which no sweep has to give back.
 */
export function checkedSeed(output: Tensor, seed: Tensor | undefined, op = 'backward'): Tensor {
  if (!output.requiresGrad) {
    const { cut } = output;
    throw new GradientError(
      cut === null
        ? `${op}: this tensor does not depend on anything that requires a gradient: set requiresGrad on ` +
            'a leaf before the forward pass, outside noGrad(). No gradient passes through detach()'
        : `${op}: no gradient passes through ${cut.op}, whose results are whole numbers, truth values or ` +
            `constant steps: leave it out of the loss${describeCallSite(cut.callSite)}`,
    );
  }
  if (seed !== undefined) {
    if (!(seed instanceof Tensor)) {
      throw new ValueError(
        `${op}: the seed is a tensor, not ${describeValue(seed)}; options come behind it, as in ` +
          'backward(undefined, { retainGraph: true })',
      );
    }
    if (!sameShape(seed.shape, output.shape)) {
      throw new ShapeError(
        `${op}: the seed has shape ${formatShape(seed.shape)}, the tensor ${formatShape(output.shape)}; they must be equal`,
      );
    }
    if (seed.dtype !== output.dtype) {
      throw new DTypeError(
        `backward: the seed is ${seed.dtype}, the tensor ${output.dtype}; convert it with to('${output.dtype}')`,
      );
    }
    return seed;
  }
  if (output.size !== 1) {
    const otherwise =
      op === 'backward' ? 'pass a seed of its shape' : 'use vjp() or jacobian() for all of it';
    throw new GradientError(
      `${op}: a tensor of shape ${formatShape(output.shape)} is not one number; reduce it with ` +
        `sum() or mean(), or ${otherwise}`,
    );
  }
  return new Tensor(output.shape, output.dtype, literal(1, output.dtype).storage);
}
