import { createHash } from 'node:crypto';
import { encodeSafetensors } from '@dltrain/nn';
import { parametersAt } from './checkpoint/snapshot.js';
import type { WeightArray } from './options.js';
import type { PreparedRun } from './prepare.js';

/** Copies the weights in force out of the shared memory. */
export function copyWeights({
  orders,
  control,
  parameters,
}: PreparedRun): Map<string, WeightArray> {
  const inForce = parametersAt(orders.layout.generations[control.generation], parameters);
  return new Map(
    [...inForce].map(([name, weight]) => [name, { ...weight, data: weight.data.slice() }]),
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
