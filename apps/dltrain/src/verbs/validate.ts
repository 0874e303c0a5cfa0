import { formatCount } from '../progress/format.js';
import { prepareRun } from '../config/prepare.js';
import { writeTo } from '../terminal.js';
import { idleWorkersNote, loadFromCommandLine } from './train.js';

/** `dltrain validate config.yaml`: every check that training makes before its first step. */
export async function validate(words: readonly string[]): Promise<number> {
  const loaded = loadFromCommandLine(words, undefined);
  const { options } = await prepareRun(loaded);
  const note = idleWorkersNote(loaded);
  if (note !== null) writeTo(process.stderr, `${note}\n`);
  const samples = formatCount(options.data.train.length);
  writeTo(process.stdout, `${loaded.file} is valid: ${samples} training samples\n`);
  return 0;
}
