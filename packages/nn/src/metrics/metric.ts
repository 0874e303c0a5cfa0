import {
  describeValue,
  formatShape,
  noGrad,
  ShapeError,
  Tensor,
  ValueError,
  type Shape,
} from '@dltrain/core';
import type { TargetDescription } from '../targets.js';
import { sumTerms, type Terms } from '../terms.js';

/**
 * What is measured beside the loss: of a batch, the sum and the weight that it is to be divided by.
 * Sums and weights of parts of a batch add up to those of the whole.
 */
export interface Metric {
  readonly name: string;
  compute(output: Tensor, target: Tensor): { readonly sum: number; readonly weight: number };
  /** What `compute` sums, in the library's own: training asks for the terms of several leaves at once. */
  readonly terms?: Terms;
  /**
   * Compares shapes before anything is trained; both are of one sample.
   * @throws ShapeError saying what does not fit
   */
  check?(outputShape: Shape, target: TargetDescription): void;
}

/** A metric that a config can name. */
export interface MetricType extends Required<Metric> {
  readonly doc: string;
}

/** The metric that is the sum of its terms. */
export function metricOfTerms(parts: Omit<MetricType, 'compute'>): MetricType {
  return {
    ...parts,
    compute: (output, target) =>
      noGrad(() => {
        const { sum, weight } = sumTerms(parts.terms, output, target);
        return { sum: sum.item(), weight };
      }),
  };
}

/**
 * The metric that a user's function or object stands for. A function returns the mean over the
 * samples it is given (axis 0), a number or a tensor of one, which counts with their number.
 *
 * @throws ValueError when it is neither
 */
export function userMetric(metric: unknown): Metric {
  if (isMetric(metric)) return metric;
  if (typeof metric !== 'function') {
    throw new ValueError(
      `a metric is a function (output, target) => mean, or an object with name and compute; this is ${typeof metric}`,
    );
  }
  const name = metric.name === '' ? 'metric' : metric.name;
  const mean = metric as (output: Tensor, target: Tensor) => unknown;
  return {
    name,
    compute: (output, target) => {
      const value = mean(output, target);
      const samples = output.shape[0] ?? 1;
      if (typeof value === 'number') return { sum: value * samples, weight: samples };
      if (value instanceof Tensor && value.size === 1) {
        return { sum: value.item() * samples, weight: samples };
      }
      const found =
        value instanceof Tensor
          ? `a tensor ${value.dtype} ${formatShape(value.shape)}`
          : describeValue(value);
      throw new ShapeError(
        `metric ${name}: it must return the mean over the samples, a number or a tensor of one; it returned ${found}`,
      );
    },
  };
}

function isMetric(metric: unknown): metric is Metric {
  return (
    typeof metric === 'object' &&
    metric !== null &&
    'name' in metric &&
    typeof metric.name === 'string' &&
    'compute' in metric &&
    typeof metric.compute === 'function'
  );
}
