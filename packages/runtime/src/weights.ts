import { createHash } from 'node:crypto';
import { encodeSafetensors, safetensorsPieces } from '@dltrain/nn';
import { parametersAt } from './checkpoint/snapshot.js';
import type { WeightArray, WeightsEvent } from './options.js';
import type { PreparedRun } from './prepare.js';

/** The weights in force, where they lie. */
export function weightsInForce({
  orders,
  control,
  parameters,
}: PreparedRun): Map<string, WeightArray> {
  return parametersAt(orders.layout.generations[control.generation], parameters);
}

/** Copies the weights in force out of the shared memory. */
export function copyWeights(prepared: PreparedRun): Map<string, WeightArray> {
  return new Map(
    [...weightsInForce(prepared)].map(([name, weight]) => [
      name,
      { ...weight, data: weight.data.slice() },
    ]),
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
  const each = [...weights].map(([name, weight]) => {
    const [, ...data] = safetensorsPieces(new Map([[name, weight]])).pieces;
    return [name, digest(data)] as const;
  });
  return {
    sha256: digest(safetensorsPieces(weights).pieces),
    parameters: Object.fromEntries(each),
  };
}

function digest(pieces: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
