import { elementCount, formatShape, StateError, type FloatDType, type Shape } from '@dltrain/core';

/** The values of one parameter, outside of any model: they can be sent to threads and to files. */
export interface WeightArray {
  readonly dtype: FloatDType;
  readonly shape: Shape;
  /** The elements row by row, in an array of the dtype. */
  readonly data: Float32Array | Float64Array;
}

/** The values of all parameters of a model by name. */
export type StateDict = ReadonlyMap<string, WeightArray>;

/** @throws StateError unless the array is of the dtype and fills the shape */
export function checkWeightArray(name: string, { dtype, shape, data }: WeightArray): void {
  const fits = dtype === 'f32' ? data instanceof Float32Array : data instanceof Float64Array;
  if (!fits || elementCount(shape) !== data.length) {
    throw new StateError(
      `'${name}' is said to be ${dtype} ${formatShape(shape)}, which a ${data.constructor.name} of ` +
        `${data.length} elements does not fill`,
    );
  }
}
