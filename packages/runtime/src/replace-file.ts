import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file whole or not at all: a reader, or the next start after a power cut, finds the old
 * one or the new one.
 */
export async function replaceFile(file: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.new`;
  try {
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
