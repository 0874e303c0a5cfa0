import { aroundAxis } from '../../axis-layout.js';
import { full } from '../../create.js';
import { engine } from '../../engine.js';
import { cat } from '../shape/cat.js';
import { narrow } from '../shape/slice.js';
import { emptyTensor, type Tensor } from '../../tensor.js';
import type { OptionNames } from '../../options.js';

export interface ScanOptions {
  /** Begin with the last element instead of the first. */
  readonly reverse?: boolean;
}

export const scanNames: OptionNames<ScanOptions> = { reverse: true };

/** Along which axis, counted from the front, and which way a scan goes. */
export interface ScanArgs extends ScanOptions {
  readonly axis: number;
}

/** Runs a scanning kernel `(out, operands..., outer, length, inner, reverse)`. */
export function runScan(
  kernel: string,
  operands: readonly [Tensor, ...Tensor[]],
  { axis, reverse = false }: ScanArgs,
): Tensor {
  const [x] = operands;
  const out = emptyTensor(x.shape, x.dtype, kernel);
  const addresses = operands.map((operand) => operand.address());
  const call = engine().kernel(kernel, x.dtype);
  call(out.address(), ...addresses, ...aroundAxis(x.shape, axis), Number(reverse));
  return out;
}

/** For each element the one that a scan reaches before it; `filling` where there is none. */
export function previous(x: Tensor, { axis, reverse = false }: ScanArgs, filling: number): Tensor {
  const size = x.shape[axis] ?? 0;
  if (size === 0) return x;
  const edge = full(
    x.shape.map((own, i) => (i === axis ? 1 : own)),
    filling,
    { dtype: x.dtype },
  );
  return reverse
    ? cat([narrow(x, axis, 1, size - 1), edge], axis)
    : cat([edge, narrow(x, axis, 0, size - 1)], axis);
}

/** The same axis walked the other way. */
export function backwards({ axis, reverse = false }: ScanArgs): ScanArgs {
  return { axis, reverse: !reverse };
}
