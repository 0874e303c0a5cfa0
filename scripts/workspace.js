/** Where things are in this checkout, and whether they have changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Stamps, the lock and reports: everything the scripts remember. Safe to delete. */
export const cacheDirectory = path.join(root, '.cache');

/** Folders of the packages that are built, relative to the root. */
export function builtPackages() {
  return ['packages', 'apps'].flatMap((group) =>
    subdirectories(path.join(root, group)).map((name) => path.join(group, name)),
  );
}

/** @param {string} directory */
function subdirectories(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * All files below a folder, or the file itself, as paths relative to the root; none if it is not
 * there.
 *
 * @param {string} place relative to the root
 * @returns {string[]}
 */
export function filesBelow(place) {
  const absolute = path.join(root, place);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [place];
  return readdirSync(absolute, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = path.join(place, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(inner);
      return [inner];
    });
}

/**
 * A hash of names, sizes and modification times: quick, and different whenever a file may have
 * changed.
 *
 * @param {string[]} files relative to the root
 */
export function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const stats = statSync(path.join(root, file), { throwIfNoEntry: false });
    hash.update(`${file}\0${String(stats?.size)}\0${String(stats?.mtimeMs)}\n`);
  }
  return hash.digest('hex');
}

/**
 * A hash of names and contents.
 *
 * @param {string[]} files relative to the root
 */
export function contentHash(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const bytes = readFileSync(path.join(root, file));
    hash.update(`${file}\0${String(bytes.length)}\n`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * @param {string} file relative to the root
 * @returns {Record<string, unknown>} the object that it holds
 */
export function readJson(file) {
  const text = readFileSync(path.join(root, file), 'utf8');
  return /** @type {Record<string, unknown>} */ (JSON.parse(text));
}

/**
 * What was remembered under a name, or undefined. A stamp that is missing or damaged only means that
 * work is done again.
 *
 * @param {string} name
 * @returns {Record<string, unknown> | undefined}
 */
export function readStamp(name) {
  const file = path.join(cacheDirectory, `${name}.json`);
  if (!existsSync(file)) return undefined;
  try {
    return readJson(path.relative(root, file));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * @param {string} name
 * @param {Record<string, unknown>} value
 */
export function writeStamp(name, value) {
  mkdirSync(cacheDirectory, { recursive: true });
  const file = path.join(cacheDirectory, `${name}.json`);
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
