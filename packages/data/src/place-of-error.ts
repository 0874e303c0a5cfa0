import { spawnSync } from 'node:child_process';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** In a clone of this library, the folders of its packages; where it is installed, they are in node_modules. */
const [, clone = null] =
  /^(.*[\\/])packages[\\/]data[\\/]/.exec(fileURLToPath(import.meta.url)) ?? [];
const ownFolders = clone === null ? [] : ['packages', 'apps'].map((name) => join(clone, name, sep));

/** `at f (file:///my/model.js:3:7)` or `at file:///my/model.js:3:7`. */
const frame = /^\s*at (?:.*\()?((?:file:\/\/|[\\/]|[A-Za-z]:[\\/]).*):(\d+):(\d+)\)?$/;

/**
 * The innermost place in the user's own files where an error was thrown, such as `model.js:3:7`; null where
 * its stack has none.
 */
export function placeOfError(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  for (const line of (error.stack ?? '').split('\n')) {
    const [, file = '', row = '', column = ''] = frame.exec(line) ?? [];
    if (file !== '' && !isForeign(pathOf(file))) return `${shownFile(file)}:${row}:${column}`;
  }
  return null;
}

/**
 * The line at which the syntax of a module, or of one that it imports, is wrong, such as `model.js:3`. The
 * error of an import does not say it, only what Node prints when it ends by it; null where it prints none.
 */
export function placeOfSyntaxError(path: string): string | null {
  const program = `import ${JSON.stringify(pathToFileURL(path).href)};`;
  const words = ['--input-type=module', '--eval', program];
  const { stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 10_000 });
  const [, file = '', row = ''] =
    /^((?:file:\/\/|[\\/]|[A-Za-z]:[\\/]).+):(\d+)$/m.exec(stderr) ?? [];
  return row === '' ? null : `${shownFile(file)}:${row}`;
}

/** Whether a file is of a package or of this library: what the user wrote is in the others. */
function isForeign(path: string): boolean {
  return (
    /[\\/]node_modules[\\/]/.test(path) || ownFolders.some((folder) => path.startsWith(folder))
  );
}

function pathOf(file: string): string {
  return file.startsWith('file:') ? fileURLToPath(file) : file;
}

/** A file as it is named from the working directory, where that is shorter. */
function shownFile(file: string): string {
  const path = pathOf(file);
  const near = relative('', path);
  return near.startsWith('..') ? path : near;
}
