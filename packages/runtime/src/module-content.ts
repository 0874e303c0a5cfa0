import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { OptionsError } from './errors.js';
import { messageOf } from './events/errors.js';
import { portableReference } from './model-source.js';
import { hashModuleFiles } from './module-files.js';
import type { ModuleReference, TrainOptions } from './options.js';

type OptionPath = readonly (string | number)[];

/** What a module of the user's said when the run was prepared. */
export interface ModuleContent {
  /** The option that names it. */
  readonly option: OptionPath;
  readonly file: string;
  readonly sha256: string;
  /** SHA-256 of the files that it imports, as far as `hashModuleFiles` goes, by their paths from its folder. */
  readonly imports: Readonly<Record<string, string>>;
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
        ? [contentOf(fileOf(value as ModuleReference), [...option, 'module'])]
        : [],
    ),
  );
}

/**
 * A rank that takes another's place while the run trains imports the files anew.
 * @throws OptionsError when one is not what it was: the ranks would run two programs
 */
export async function checkContents(modules: readonly ModuleContent[]): Promise<void> {
  for (const { option, file, sha256, imports } of modules) {
    const now = await contentOf(file, option);
    const edited = [
      ...(now.sha256 === sha256 ? [] : [file]),
      ...Object.keys(imports).filter((name) => now.imports[name] !== imports[name]),
    ];
    if (edited[0] === undefined) continue;
    throw new OptionsError(
      option,
      `${path.resolve(path.dirname(file), edited[0])} was edited while the run trained, and a worker that starts ` +
        'now would run another program than the others; undo the edit, and resume the run if it has a checkpoint',
    );
  }
}

export function fileOf(reference: ModuleReference): string {
  return fileURLToPath(portableReference(reference).module);
}

async function contentOf(file: string, option: OptionPath): Promise<ModuleContent> {
  const folder = path.dirname(file);
  const fromFolder = (one: string) => path.relative(folder, one).replaceAll(path.sep, '/');
  const hashes = await hashModuleFiles(file).catch((cause: unknown) => {
    throw new OptionsError(option, `${file} cannot be read: ${messageOf(cause)}`, { cause });
  });
  const [[, sha256] = ['', ''], ...others] = hashes;
  const imports = Object.fromEntries(others.map(([one, hash]) => [fromFolder(one), hash]));
  return { option, file, sha256, imports };
}
