import { engine } from '../engine.js';
import type { DType, FloatDType } from '../dtype.js';
import { ValueError } from '../errors.js';
import { lt } from '../ops/elementwise/compare.js';
import { cast } from '../ops/elementwise/to.js';
import { requireFloat } from '../reduce.js';
import { checkShape, elementCount, type Shape } from '../shape.js';
import { emptyTensor, type Tensor } from '../tensor.js';
import { tensor } from '../create.js';
import { checkOptions, type OptionNames } from '../options.js';

export interface DrawOptions {
  /** `f32` when left out. */
  readonly dtype?: FloatDType;
  readonly requiresGrad?: boolean;
}

const drawNames: OptionNames<DrawOptions> = { dtype: true, requiresGrad: true };

/**
 * Numbers spread evenly over [low, high), with 24 random bits for f32 and 53 for f64. What is drawn
 * follows from the seed and the number of the call; see `manualSeed`.
 *
 * @example
 * manualSeed(42);
 * uniform([2, 3], -1, 1);
 */
export function uniform(
  shape: Shape,
  low: number,
  high: number,
  options: DrawOptions = {},
): Tensor {
  checkOptions('uniform', options, drawNames);
  return draw('uniform', 'uniform', shape, low, high, options);
}

/** Numbers of a normal distribution with the given mean and standard deviation (Box-Muller). */
export function normal(shape: Shape, mean: number, std: number, options: DrawOptions = {}): Tensor {
  checkOptions('normal', options, drawNames);
  if (!(std >= 0)) {
    throw new ValueError(`normal: the standard deviation is zero or more, not ${std}`);
  }
  return draw('normal', 'normal', shape, mean, std, options);
}

/** Numbers spread evenly over [0, 1). */
export function rand(shape: Shape, options: DrawOptions = {}): Tensor {
  checkOptions('rand', options, drawNames);
  return draw('rand', 'uniform', shape, 0, 1, options);
}

/** Numbers of the standard normal distribution, with mean 0 and standard deviation 1. */
export function randn(shape: Shape, options: DrawOptions = {}): Tensor {
  checkOptions('randn', options, drawNames);
  return draw('randn', 'normal', shape, 0, 1, options);
}

function draw(
  op: string,
  kernel: 'uniform' | 'normal',
  shape: Shape,
  a: number,
  b: number,
  { dtype = 'f32', requiresGrad = false }: DrawOptions,
): Tensor {
  checkShape(op, shape);
  const active = engine();
  active.nextOp();
  const out = emptyTensor(shape, dtype, op);
  active.kernel(kernel, dtype)(out.address(), out.size, a, b, ...active.random.nextCall());
  if (requiresGrad) out.requiresGrad = true;
  return out;
}

const dtypeNames: OptionNames<{ readonly dtype?: DType }> = { dtype: true };

/** 1 with the probability that each element of `p` says, else 0, in the dtype of `p`. */
export function bernoulli(p: Tensor): Tensor {
  requireFloat('bernoulli', p);
  return cast(lt(rand(p.shape, { dtype: p.dtype === 'f64' ? 'f64' : 'f32' }), p), p.dtype);
}

/**
 * Whole numbers from `low` up to, but without, `high`, all equally likely (within 2^-21).
 * @throws ValueError unless low < high and both are in the range of i32
 */
export function randint(
  low: number,
  high: number,
  shape: Shape,
  options: { readonly dtype?: DType } = {},
): Tensor {
  const inRange = (bound: number) => Number.isInteger(bound) && Math.abs(bound) <= 2 ** 31;
  if (!inRange(low) || !inRange(high) || low >= high) {
    throw new ValueError(`randint: from ${low} up to ${high} there is no whole number of 32 bits`);
  }
  checkShape('randint', shape);
  checkOptions('randint', options, dtypeNames);
  const values = drawWide(elementCount(shape)).map((u) => low + Math.floor(u * (high - low)));
  return tensor(values, { shape, dtype: options.dtype ?? 'i32' });
}

/** The numbers 0 to n - 1 in random order, as i32. @throws ValueError when n is not a whole number */
export function randperm(n: number): Tensor {
  if (!Number.isInteger(n) || n < 0) {
    throw new ValueError(`randperm: takes a whole number of zero or more, not ${n}`);
  }
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const draws = drawWide(n);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor((draws[i] ?? 0) * (i + 1));
    const swapped = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = swapped;
  }
  return tensor(order);
}

/** `n` numbers of [0, 1) with 53 random bits each. */
function drawWide(n: number): Float64Array {
  const drawn = rand([n], { dtype: 'f64' });
  const values = Float64Array.from(drawn.view());
  drawn.storage.release?.('after use');
  return values;
}
