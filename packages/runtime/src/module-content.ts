import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { OptionsError } from './errors.js';
import { messageOf } from './events/errors.js';
import { portableReference } from './model-source.js';
import type { ModuleReference, TrainOptions } from './options.js';

type OptionPath = readonly (string | number)[];

/**
 * What a module of the user's said when the run was prepared. What it imports is not looked at: which files
 * those are is known only to who runs it.
 */
export interface ModuleContent {
  /** The option that names it. */
  readonly option: OptionPath;
  readonly file: string;
  readonly sha256: string;
}

/**
 * The modules that ranks run.
 * @throws OptionsError when one cannot be read
 */
export function contentsOfModules({
  model,
  loss,
  metrics = [],
}: Pick<TrainOptions, 'model' | 'loss' | 'metrics'>): Promise<ModuleContent[]> {
  const named: [OptionPath, string | object][] = [
    [['model'], model],
    [['loss'], loss],
    ...metrics.map((metric, i): [OptionPath, string | object] => [['metrics', i], metric]),
  ];
  return Promise.all(
    named.flatMap(([option, value]) =>
      typeof value === 'object' && 'module' in value
        ? [contentOf(value as ModuleReference, [...option, 'module'])]
        : [],
    ),
  );
}

/**
 * A rank that takes another's place while the run trains imports the files anew.
 * @throws OptionsError when one is not what it was: the ranks would run two programs
 */
export async function checkContents(modules: readonly ModuleContent[]): Promise<void> {
  for (const { option, file, sha256 } of modules) {
    if ((await sha256Of(file, option)) === sha256) continue;
    throw new OptionsError(
      option,
      `${file} was edited while the run trained, and a worker that starts now would run another program than ` +
        'the others; undo the edit, and resume the run if it has a checkpoint',
    );
  }
}

export function fileOf(reference: ModuleReference): string {
  return fileURLToPath(portableReference(reference).module);
}

async function contentOf(reference: ModuleReference, option: OptionPath): Promise<ModuleContent> {
  const file = fileOf(reference);
  return { option, file, sha256: await sha256Of(file, option) };
}

async function sha256Of(file: string, option: OptionPath): Promise<string> {
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  } catch (cause) {
    throw new OptionsError(option, `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
