import type { TrainOptions } from '../options.js';
import { factsOf } from './canonical.js';
import { dataFingerprints, type Identity } from './identity.js';
import { readCheckpointManifest } from './read-checkpoint.js';

/**
 * The sets of samples whose values are not those that a checkpoint was made with. A set that only one of the
 * two has, or that is split off another, is not compared.
 *
 * @param checkpoint its directory
 */
export async function changedData(
  checkpoint: string,
  data: TrainOptions['data'],
): Promise<('train' | 'val' | 'test')[]> {
  const { identity } = await readCheckpointManifest(checkpoint);
  const found = factsOf('data', await dataFingerprints(data));
  const valuesOf = (facts: Identity, set: string): string | undefined =>
    facts.find(([key]) => key === `data.${set}.sha256`)?.[1];
  return (['train', 'val', 'test'] as const).filter((set) => {
    const [was, is] = [valuesOf(identity, set), valuesOf(found, set)];
    return was !== undefined && is !== undefined && was !== is;
  });
}
