import { createHash } from 'node:crypto';
import { encodeSafetensors, safetensorsPieces } from '@dltrain/nn';
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

/** SHA-256 of the weights in force as `model.safetensors` would have them, and of each one's bytes. */
export function hashWeights({ orders, control, parameters }: PreparedRun): {
  sha256: string;
  parameters: Record<string, string>;
} {
  const inForce = parametersAt(orders.layout.generations[control.generation], parameters);
  const each = [...inForce].map(([name, weight]) => {
    const [, ...data] = safetensorsPieces(new Map([[name, weight]])).pieces;
    return [name, digest(data)] as const;
  });
  return {
    sha256: digest(safetensorsPieces(inForce).pieces),
    parameters: Object.fromEntries(each),
  };
}

function digest(pieces: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
