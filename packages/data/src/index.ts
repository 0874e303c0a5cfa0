export { batchPlan, leafBounds, type BatchPlan } from './batch-plan.js';
export { readCsv, type CsvOptions } from './csv.js';
export type { ColumnName } from './csv-columns.js';
export { resolveDataPath } from './data-path.js';
export {
  datasetFromArrays,
  type ArraysOptions,
  type Column,
  type ColumnSource,
  type Dataset,
} from './dataset.js';
export { DataError } from './errors.js';
export type { ByteSource, ReadOptions } from './file-bytes.js';
export type { ColumnArray, ColumnDType } from './growing-array.js';
export { readIdx, readIdxPair, type IdxArray } from './idx.js';
export {
  loadDataset,
  type CsvSpec,
  type DatasetSpec,
  type IdxSpec,
  type LoadOptions,
  type ModuleSpec,
} from './load-dataset.js';
export {
  materialize,
  type DatasetSource,
  type MapDataset,
  type MaterializeOptions,
  type Sample,
} from './materialize.js';
export { permutation } from './permutation.js';
export type { SampleValue } from './sample-value.js';
export { split, type Split } from './split.js';
export {
  fitTransforms,
  planInputs,
  type CopyPlan,
  type InputPlan,
  type LookupPlan,
  type Normalize,
  type NormalizePlan,
  type Standardize,
  type Transform,
} from './transforms.js';
export { importExport, type ModuleExport } from './user-module.js';
export { placeOfError } from './place-of-error.js';
