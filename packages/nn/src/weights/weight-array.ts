import {
  describeValue,
  elementCount,
  formatShape,
  StateError,
  Tensor,
  type FloatDType,
  type Shape,
} from '@dltrain/core';

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
export function checkWeightArray(name: string, weight: WeightArray): void {
  const given: unknown = weight;
  if (!isWeightArray(given)) {
    const remedy =
      given instanceof Tensor
        ? 'give { dtype: tensor.dtype, shape: tensor.shape, data: tensor.toArray() }'
        : "give { dtype: 'f32' or 'f64', shape: [...], data: a Float32Array or Float64Array }";
    throw new StateError(
      `'${name}' is ${describeValue(given)}, not an array with its shape; ${remedy}`,
    );
  }
  const { dtype, shape, data } = given;
  const fits = data instanceof (dtype === 'f32' ? Float32Array : Float64Array);
  if (!fits || elementCount(shape) !== data.length) {
    throw new StateError(
      `'${name}' is said to be ${dtype} ${formatShape(shape)}, which a ${data.constructor.name} of ` +
        `${data.length} elements does not fill`,
    );
  }
}

function isWeightArray(value: unknown): value is WeightArray {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data } = value as Partial<Record<keyof WeightArray, unknown>>;
  return (dtype === 'f32' || dtype === 'f64') && Array.isArray(shape) && ArrayBuffer.isView(data);
}
