import { emptyTensor, engine, type DType, type Tensor } from '@dltrain/core';
import { planInputs, type Dataset, type Normalize } from '@dltrain/data';
import { OptionsError } from './errors.js';
import type { Allocate } from './regions.js';

/** How a column of samples lies in the shared memory and becomes a batch. */
type SharedColumn = {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly address: number;
  readonly channels: number;
  readonly plane: number;
} & (
  | { readonly kind: 'copy' }
  | { readonly kind: 'lookup'; readonly table: number }
  | { readonly kind: 'normalize'; readonly mean: number; readonly std: number }
);

/** A dataset in the shared memory: where every rank gathers its samples from. */
export interface SharedDataset {
  readonly inputs: SharedColumn;
  readonly targets: SharedColumn;
}

/** Copies a dataset to where `reserve` makes room, with what its transforms need. */
export function shareDataset(
  dataset: Dataset,
  transforms: readonly Normalize[],
  reserve: Allocate,
): SharedDataset {
  const upload = (data: Float32Array | Int32Array | Uint8Array, label: string): number => {
    const address = reserve(data.byteLength, label);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    new Uint8Array(engine().memory).set(bytes, address);
    return address;
  };
  const share = (column: Dataset, chain: readonly Normalize[], label: string): SharedColumn => {
    const plan = planInputs(column, chain);
    const { shape, dtype, channels, plane } = plan;
    const place = { shape, dtype, channels, plane, address: upload(plan.source, label) };
    switch (plan.kind) {
      case 'lookup':
        return { ...place, kind: plan.kind, table: upload(plan.table, 'pixel table') };
      case 'normalize':
        return {
          ...place,
          kind: plan.kind,
          mean: upload(plan.mean, 'channel means'),
          std: upload(plan.std, 'channel deviations'),
        };
      case 'copy':
        return { ...place, kind: plan.kind };
    }
  };
  const { targets } = dataset;
  if (targets === null) throw new OptionsError(['data'], 'there is data without targets');
  return {
    inputs: share(dataset, transforms, 'inputs'),
    targets: share({ ...dataset, inputs: targets }, [], 'targets'),
  };
}

/**
 * The samples at `count` indices (i32, at a byte address) as a batch of inputs and one of targets.
 */
export function gatherBatch(
  dataset: SharedDataset,
  indices: number,
  count: number,
): { inputs: Tensor; targets: Tensor } {
  return {
    inputs: gatherColumn(dataset.inputs, indices, count),
    targets: gatherColumn(dataset.targets, indices, count),
  };
}

function gatherColumn(column: SharedColumn, indices: number, count: number): Tensor {
  const { shape, dtype, address, channels, plane } = column;
  const batch = emptyTensor([count, ...shape], dtype, 'batch');
  const run = engine();
  switch (column.kind) {
    case 'lookup':
      run.kernel('gatherLookup')(
        batch.address(),
        address,
        indices,
        count,
        channels,
        plane,
        column.table,
      );
      break;
    case 'normalize':
      run.kernel('gatherNormalize')(
        batch.address(),
        address,
        indices,
        count,
        channels,
        plane,
        column.mean,
        column.std,
      );
      break;
    case 'copy':
      run.kernel('gatherRows')(batch.address(), address, indices, count, batch.byteLength / count);
  }
  return batch;
}
