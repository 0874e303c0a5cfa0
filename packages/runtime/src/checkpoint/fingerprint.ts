import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Column, Dataset } from '@dltrain/data';

/** What a dataset is, without its values but for their hash. */
export interface DataFingerprint {
  readonly samples: number;
  readonly inputs: ColumnForm;
  readonly targets: ColumnForm | null;
  /** SHA-256 of the values of the inputs and then of the targets, in hex. */
  readonly sha256: string;
}

interface ColumnForm {
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** A few milliseconds of hashing. */
const pieceBytes = 4 * 2 ** 20;

/** Looks at every value of a dataset, in pieces, so that the thread can do other things meanwhile. */
export async function fingerprintOf(dataset: Dataset): Promise<DataFingerprint> {
  const { length: samples, inputs, targets } = dataset;
  const hash = createHash('sha256');
  for (const { data } of targets === null ? [inputs] : [inputs, targets]) {
    for (let start = 0; start < data.byteLength; start += pieceBytes) {
      const size = Math.min(pieceBytes, data.byteLength - start);
      hash.update(new Uint8Array(data.buffer, data.byteOffset + start, size));
      await setImmediate();
    }
  }
  const form = ({ dtype, shape }: Column): ColumnForm => ({ dtype, shape });
  return {
    samples,
    inputs: form(inputs),
    targets: targets && form(targets),
    sha256: hash.digest('hex'),
  };
}
