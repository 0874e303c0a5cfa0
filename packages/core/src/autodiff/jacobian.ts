import { tensor, zerosLike } from '../create.js';
import { isFloat } from '../dtype.js';
import { GradientError, ValueError } from '../errors.js';
import { reshape } from '../ops/shape/reshape.js';
import { stack } from '../ops/shape/stack.js';
import type { Tensor } from '../tensor.js';
import { sweepForward } from './forward-sweep.js';
import { adjointsOf } from './grad.js';
import {
  onlyOutput,
  withTrace,
  type GradOptions,
  type PerArgument,
  type TensorFunction,
  type Trace,
} from './trace.js';

export interface JacobianOptions<N extends number | readonly number[]> extends GradOptions<N> {
  /**
   * Forward mode takes a sweep for each element of the inputs, reverse mode one for each of the result;
   * `auto`, when left out, takes the fewer.
   */
  readonly mode?: 'auto' | 'forward' | 'reverse';
}

/**
 * The function of the Jacobian: all derivatives of each element of the result by each of an input, of
 * the result's shape followed by the input's. `f` runs once, and the sweeps go over its one trace. It
 * can be nested.
 * @throws GradientError when `f` returns whole numbers
 *
 * @example
 * jacobian((x: Tensor) => x.square())(tensor([1, 2])); // [[2, 0], [0, 4]]
 */
export function jacobian<N extends number | readonly number[] = 0>(
  f: TensorFunction,
  options: JacobianOptions<N> = {},
): (...inputs: Tensor[]) => PerArgument<N> {
  const { mode = 'auto' } = options;
  if (!['auto', 'forward', 'reverse'].includes(mode)) {
    throw new ValueError(`jacobian: mode is 'auto', 'forward' or 'reverse', not '${mode}'`);
  }
  const argnums: number | readonly number[] = options.argnums ?? 0;
  const chosen = typeof argnums === 'number' ? [argnums] : argnums;
  return (...inputs) =>
    withTrace('jacobian', f, inputs, chosen, (trace) => {
      const output = onlyOutput('jacobian', trace.outputs);
      if (!isFloat(output.dtype)) {
        throw new GradientError(
          `jacobian: the function returns ${output.dtype}, which has no derivative; return f32 or f64`,
        );
      }
      const width = trace.sources.reduce((sum, source) => sum + source.size, 0);
      const forward = mode === 'forward' || (mode === 'auto' && width <= output.size);
      const found = forward ? byColumns(trace, output) : byRows(trace, output);
      return (typeof argnums === 'number' ? found[0] : found) as PerArgument<N>;
    });
}

/** A forward sweep for each element of each input gives a column. */
function byColumns({ sources, tied, since }: Trace<Tensor>, output: Tensor): Tensor[] {
  return sources.map((source) => {
    const columns = forEachUnit(source, (unit) => {
      const found = sweepForward([source], [unit], [output], { since, recorded: tied });
      return found.get(output) ?? zerosLike(output);
    });
    if (columns.length === 0)
      return tensor([], { shape: jacobianShape(output, source), dtype: source.dtype });
    const last = stack(columns, output.rank);
    return reshape(last, jacobianShape(output, source));
  });
}

/** A reverse sweep for each element of the result gives a row for each input. */
function byRows({ sources, tied, since }: Trace<Tensor>, output: Tensor): Tensor[] {
  const rows = forEachUnit(output, (unit) =>
    output.requiresGrad
      ? adjointsOf([output], [unit], sources, { since, createGraph: tied, retainGraph: true })
      : sources.map(zerosLike),
  );
  return sources.map((source, i) => {
    const shape = jacobianShape(output, source);
    if (rows.length === 0) return tensor([], { shape, dtype: source.dtype });
    return reshape(stack(rows.flatMap((row) => row[i] ?? [])), shape);
  });
}

function jacobianShape(output: Tensor, source: Tensor): number[] {
  return [...output.shape, ...source.shape];
}

/** Runs `use` for each element, on a tensor that is 1 there and 0 elsewhere. */
function forEachUnit<T>(like: Tensor, use: (unit: Tensor) => T): T[] {
  return Array.from({ length: like.size }, (_, place) => {
    const values = new Float64Array(like.size);
    values[place] = 1;
    return use(tensor(values, { shape: like.shape, dtype: like.dtype }));
  });
}
