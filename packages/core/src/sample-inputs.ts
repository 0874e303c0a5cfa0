import type { Sample, SampleInput } from './op.js';
import { philox4x32 } from './random/philox.js';
import { elementCount } from './shape.js';

/** The flat values and shape of one input, from which a tensor of any dtype is made. */
export interface InputValues {
  readonly shape: readonly number[];
  readonly values: Float64Array;
  /** Set for whole numbers and truth values, which are not differentiated. */
  readonly dtype?: SampleInput['dtype'];
}

/** Numbers of [0, 1), the same for the same key. */
export function uniforms(count: number, key: number): Float64Array {
  const words = new Uint32Array(4);
  return Float64Array.from({ length: count }, (_, i) => {
    philox4x32(words, [key, 0x7e57], [i, 0, 0, 0]);
    return (words[0] ?? 0) / 2 ** 32;
  });
}

/**
 * Values for the inputs of a sample, the same for the same key, which is its place among the op's
 * samples. They are f32 numbers, so that every dtype, and PyTorch, computes from the same.
 */
export function inputsOf(sample: Sample, key: number): InputValues[] {
  return sample.inputs.map((given, i) => {
    const { shape, low = -1.5, high = 1.5, values: own, dtype } = toSampleInput(given);
    const drawn = own ?? uniforms(elementCount(shape), 1000 * key + i);
    const values = Float64Array.from(drawn, (u) => {
      if (dtype !== undefined) return own ? u : low + Math.floor(u * (high - low + 1));
      return Math.fround(own ? u : low + u * (high - low));
    });
    return dtype === undefined ? { shape, values } : { shape, values, dtype };
  });
}

function toSampleInput(given: Sample['inputs'][number]): SampleInput {
  return 'shape' in given ? given : { shape: given };
}
