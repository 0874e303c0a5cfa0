/** What the tests of this package share: what PyTorch computed, and comparisons of tensors. */
import { readFileSync } from 'node:fs';
import { tensor, type DType, type FloatDType, type Tensor } from '@dltrain/core';
import { expect } from 'vitest';
import type { OptimizerSpec } from './src/optimizers/optimizer-types.js';
import type { SchedulerSpec } from './src/schedulers/scheduler-types.js';
import type { WeightArray } from './src/weights/weight-array.js';

/** Numbers as PyTorch gave them, row by row. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type State = Readonly<Record<string, Numbers>>;

interface Goldens {
  readonly layers: readonly {
    readonly name: string;
    readonly state: State;
    readonly x: Numbers;
    readonly y: Numbers;
    readonly weights: Numbers;
    readonly xGrad: Numbers;
    readonly grads: State;
  }[];
  readonly losses: readonly {
    readonly name: 'cross_entropy' | 'mse' | 'bce_with_logits';
    readonly output: Numbers;
    readonly target: Numbers & { readonly dtype: DType };
    readonly mean: number;
    readonly grad: Numbers;
  }[];
  readonly optimizers: readonly {
    readonly type: OptimizerSpec['type'];
    readonly args: Readonly<Record<string, number | boolean>>;
    readonly initial: readonly Numbers[];
    readonly steps: readonly {
      readonly grads: readonly (Numbers | null)[];
      readonly parameters: readonly Numbers[];
    }[];
  }[];
  readonly schedules: readonly {
    readonly spec: SchedulerSpec;
    readonly rates: readonly number[];
  }[];
  readonly clipping: readonly {
    readonly maxNorm: number;
    readonly norm: number;
    readonly before: readonly Numbers[];
    readonly after: readonly Numbers[];
  }[];
  readonly initializers: {
    readonly shape: readonly number[];
    readonly fanIn: number;
    readonly fanOut: number;
    readonly gains: Readonly<Record<'linear' | 'sigmoid' | 'tanh' | 'relu', number>>;
    readonly leakyGain: number;
  };
  readonly training: {
    readonly initial: State;
    readonly x: Numbers;
    readonly y: Numbers;
    readonly losses: readonly number[];
    readonly final: State;
  };
}

/** See scripts/make-nn-goldens.py. */
export const goldens = JSON.parse(
  readFileSync(new URL('src/goldens/torch.json', import.meta.url), 'utf8'),
) as Goldens;

export function toTensor({ shape, data }: Numbers, dtype: DType = 'f64'): Tensor {
  return tensor(Float64Array.from(data), { shape, dtype });
}

/** A state dict of PyTorch's as one of ours. */
export function toStateDict(state: State, dtype: FloatDType = 'f64'): Map<string, WeightArray> {
  const typed = (data: readonly number[]) =>
    dtype === 'f64' ? Float64Array.from(data) : Float32Array.from(data);
  return new Map(
    Object.entries(state).map(([name, { shape, data }]) => [
      name,
      { dtype, shape, data: typed(data) },
    ]),
  );
}

/** Expects the same shape, and elements within `tolerance` relative to the larger of 1 and theirs. */
export function expectClose(
  actual: Tensor | null,
  expected: Numbers,
  tolerance = 1e-12,
  what = '',
): void {
  expect(actual?.shape, what).toEqual(expected.shape);
  actual?.toArray().forEach((value, i) => {
    const wanted = expected.data[i] ?? NaN;
    const error = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
    expect(error, `${what}[${i}]: ${value} for ${wanted}`).toBeLessThanOrEqual(tolerance);
  });
}
