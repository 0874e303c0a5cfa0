import { tensor } from '../create.js';
import { DTypeError, GradientError } from '../errors.js';
import { add } from '../ops/elementwise/add.js';
import { mul } from '../ops/elementwise/mul.js';
import { sum } from '../ops/reductions/sum.js';
import { uniforms } from '../sample-inputs.js';
import { scope } from '../memory/scoped.js';
import { formatShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { grad } from './grad.js';
import { jacobian } from './jacobian.js';
import { allOf, type TensorFunction } from './trace.js';

export interface CheckGradientsOptions {
  /** Derivatives up to this order are checked; 2 when left out. */
  readonly order?: number;
  /** Modes to check; both when left out. */
  readonly modes?: readonly ('forward' | 'reverse')[];
  /** Step of the central differences; 1e-5 when left out. */
  readonly step?: number;
  /** Largest difference, relative to the derivative or to 1; 1e-6 when left out. */
  readonly tolerance?: number;
}

/** What was compared. */
export interface GradientsReport {
  /** Number of derivatives that were compared. */
  readonly compared: number;
  /** Largest difference found, relative to the derivative or to 1. */
  readonly largest: number;
}

/**
 * Compares the derivatives of `f` by each floating input with central differences, in both modes and to
 * second order. The result of `f` is weighed with fixed numbers and summed, so that one number is
 * differentiated; the second order does the same with the gradient.
 * @throws GradientError naming the order, the mode, the input, the element and both values where they
 *   differ; DTypeError when an input is f32, whose rounding hides the derivative
 *
 * @example
 * checkGradients((x: Tensor) => x.tanh(), [tensor([0.3, -2], { dtype: 'f64' })]);
 */
export function checkGradients(
  f: TensorFunction,
  inputs: readonly Tensor[],
  options: CheckGradientsOptions = {},
): GradientsReport {
  const { order = 2, modes = ['reverse', 'forward'], step = 1e-5, tolerance = 1e-6 } = options;
  for (const [i, { dtype }] of inputs.entries()) {
    if (dtype === 'f32') {
      throw new DTypeError(
        `checkGradients: input ${i} is f32, whose rounding hides the derivative; convert it with to('f64')`,
      );
    }
  }
  const floating = inputs.flatMap(({ dtype }, i) => (dtype === 'f64' ? [i] : []));
  // Whole numbers and truth values are held.
  const ofFloating: TensorFunction = (...at) =>
    f(...inputs.map((input, i) => at[floating.indexOf(i)] ?? input));
  const points = inputs.flatMap((input, i) => (floating.includes(i) ? [input.detach()] : []));
  let objective: TensorFunction = (...at) => weigh(ofFloating(...at), 0);
  const report = { compared: 0, largest: 0 };
  for (let reached = 1; reached <= order; reached++) {
    const expected = differences(objective, points, step);
    for (const mode of modes) {
      const found = scope(() => derivatives(objective, points, mode));
      found.forEach((derivative, i) => {
        const what = `order ${reached}, ${mode} mode, input ${floating[i]}`;
        compare(derivative, expected[i] ?? new Float64Array(), { what, tolerance }, report);
      });
    }
    objective = weighedGradient(objective, allOf(points));
  }
  return report;
}

function derivatives(
  f: TensorFunction,
  points: readonly Tensor[],
  mode: 'forward' | 'reverse',
): Tensor[] {
  const argnums = allOf(points);
  return mode === 'reverse'
    ? grad(f, { argnums })(...points)
    : jacobian(f, { argnums, mode })(...points);
}

/** The function of the sum of all gradients of `f`, each element times a number of its own. */
function weighedGradient(f: TensorFunction, argnums: readonly number[]): TensorFunction {
  const gradients = grad(f, { argnums });
  return (...at) =>
    gradients(...at)
      .map((gradient, i) => weigh(gradient, i + 1))
      .reduce(add);
}

/** The sum of all elements, each times a number of its own, so that no derivative cancels. */
function weigh(output: Tensor, key: number): Tensor {
  const weights = uniforms(output.size, 77 + key).map((u) => u + 0.25);
  return sum(mul(output, tensor(weights, { shape: output.shape, dtype: output.dtype })));
}

/** Central differences of `f` by each element of each input. */
function differences(
  f: TensorFunction,
  points: readonly Tensor[],
  step: number,
): readonly Float64Array[] {
  const at = (i: number, j: number, distance: number): number =>
    scope(() => {
      const moved = points.map((point, k) => {
        if (k !== i) return point;
        const values = point.toArray() as Float64Array;
        values[j] = (values[j] ?? 0) + distance;
        return tensor(values, { shape: point.shape });
      });
      return f(...moved).item();
    });
  return points.map((point, i) =>
    Float64Array.from(
      { length: point.size },
      (_, j) => (at(i, j, step) - at(i, j, -step)) / (2 * step),
    ),
  );
}

function compare(
  found: Tensor,
  expected: Float64Array,
  { what, tolerance }: { readonly what: string; readonly tolerance: number },
  report: { compared: number; largest: number },
): void {
  found.toArray().forEach((a, i) => {
    const b = expected[i] ?? NaN;
    const difference = a === b ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
    if (!(difference <= tolerance)) {
      throw new GradientError(
        `checkGradients: ${what}, element ${i} of ${formatShape(found.shape)}: the derivative is ${a}, ` +
          `central differences give ${b}; they differ by ${difference.toExponential(1)}, more than ${tolerance}`,
      );
    }
    report.compared++;
    report.largest = Math.max(report.largest, difference);
  });
}
