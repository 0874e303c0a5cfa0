import writeFileAtomic from 'write-file-atomic';
import { writeOut, writeTo } from './terminal.js';
import { UsageError } from './usage-error.js';

/**
 * Writes a result to the file that the command line names, whole or not at all, or to stdout.
 *
 * @throws UsageError when the file cannot be written
 */
export async function writeOutput(file: string | undefined, text: string): Promise<void> {
  if (file === undefined) {
    await writeOut(text);
    return;
  }
  writeFileWhole(file, text);
  writeTo(process.stderr, `wrote ${file}\n`);
}

/**
 * Writes a file that the command line names, whole or not at all.
 *
 * @throws UsageError when it cannot be written
 */
export function writeFileWhole(file: string, text: string): void {
  try {
    writeFileAtomic.sync(file, text);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const reason = error.code === 'ENOENT' ? 'its folder does not exist' : error.message;
    throw new UsageError(`${file} cannot be written: ${reason}; give another path`);
  }
}
