import { createHash } from 'node:crypto';
import { viewOf, engine } from '@dltrain/core';
import { encodeSafetensors } from '@dltrain/nn';
import type { WeightArray } from './options.js';
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
