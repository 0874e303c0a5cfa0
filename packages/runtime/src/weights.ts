import { createHash } from 'node:crypto';
import { viewOf, engine } from '@dltrain/core';
import { encodeSafetensors } from '@dltrain/nn';
import type { WeightArray, WeightsEvent } from './options.js';
import type { PreparedRun } from './prepare.js';

/** Copies the weights in force out of the shared memory. */
export function copyWeights({
  orders,
  control,
  parameters,
}: PreparedRun): Map<string, WeightArray> {
  const { parameters: base } = orders.layout.generations[control.generation];
  return new Map(
    parameters.slots.map(({ name, shape, dtype, count, offset }) => {
      const data = viewOf(dtype, engine().memory, base + offset, count).slice();
      return [name, { dtype, shape, data }];
    }),
  );
}

/** The bytes of `model.safetensors`, and their SHA-256 in hex. */
export function encodeWeights(weights: ReadonlyMap<string, WeightArray>): {
  bytes: Uint8Array;
  sha256: string;
} {
  const bytes = encodeSafetensors(weights);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** What a `weights` event says of weights: the SHA-256 of their file, and of what each parameter is in it. */
export function hashesOf(
  weights: ReadonlyMap<string, WeightArray>,
): Pick<WeightsEvent, 'sha256' | 'parameters'> {
  const parameters = [...weights].map(([name, weight]): [string, string] => {
    // A file of its own ends with its bytes, in which every NaN is the same.
    const file = encodeSafetensors(new Map([[name, weight]]));
    const bytes = file.subarray(file.length - weight.data.byteLength);
    return [name, createHash('sha256').update(bytes).digest('hex')];
  });
  return { sha256: encodeWeights(weights).sha256, parameters: Object.fromEntries(parameters) };
}
