import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Frames of the engine, of packages and of this library: what the user wrote is in the others. */
const foreignFrame =
  /\bnode:|\(<anonymous>\)|[\\/]node_modules[\\/]|[\\/](?:packages[\\/](?:core|kernels|nn|data|runtime)|apps[\\/]dltrain)[\\/](?:dist|src)[\\/]/;

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
    if (file !== '' && !foreignFrame.test(line)) return `${shownFile(file)}:${row}:${column}`;
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

/** A file as it is named from the working directory, where that is shorter. */
function shownFile(file: string): string {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  const near = relative('', path);
  return near.startsWith('..') ? path : near;
}
