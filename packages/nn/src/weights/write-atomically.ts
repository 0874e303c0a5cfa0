import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { draftSuffix, nodeDisk, type Disk } from './disk.js';

/**
 * Writes a file so that, whatever happens, there is either the old one or the whole new one: into a
 * file beside it, flushed to the disk, which then takes its name. Pieces are asked for one after another,
 * so that a large file need not be in memory.
 */
export async function writeAtomically(
  path: string,
  content: Uint8Array | Iterable<Uint8Array>,
  disk: Disk = nodeDisk,
): Promise<void> {
  const draft = `${path}.${randomUUID()}${draftSuffix}`;
  try {
    const file = await disk.create(draft);
    try {
      for (const piece of content instanceof Uint8Array ? [content] : content) {
        await file.write(piece);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(draft, path);
  } catch (error) {
    const [removed] = await Promise.allSettled([disk.remove(draft)]);
    // What went wrong first is what there is to know; a disk that fails at one fails at the other.
    if (removed.status === 'rejected')
      throw new AggregateError([error, removed.reason], text(error));
    throw error;
  }
  await disk.syncDirectory(dirname(path));
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
