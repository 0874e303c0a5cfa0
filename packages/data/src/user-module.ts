import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolveDataPath } from './data-path.js';
import { DataError, messageOf } from './errors.js';
import { placeOfError, placeOfSyntaxError } from './place-of-error.js';
import { didYouMean, listed } from './suggest.js';

/** An export of a file of the user's. */
export interface ModuleExport {
  /** Path (relative to the config), `npm:package/path` or `file:` URL of a `.js`, `.mjs` or `.ts` file. */
  readonly module: string | URL;
  /** Name of the export; `default` when left out. */
  readonly export?: string;
}

/**
 * Imports what a user's module exports under a name.
 *
 * @throws {DataError} if the file is missing, cannot be imported (`.ts` where Node does not strip
 *   types), throws while it is imported, or has no such export.
 * @example
 * const makeDataset = await importExport({ module: './my-data.js', export: 'train' }, configDir);
 */
export async function importExport(reference: ModuleExport, baseDir: string): Promise<unknown> {
  const spec =
    typeof reference.module === 'string' ? reference.module : fileURLToPath(reference.module);
  const path = resolveDataPath(spec, baseDir);
  if (/^\.[cm]?ts$/.test(extname(path)) && !stripsTypes()) {
    throw new DataError(
      `${spec}: Node ${process.versions.node} does not run TypeScript: use Node 22.18 or later, or compile it and give the .js file`,
    );
  }
  let exports: Record<string, unknown>;
  try {
    exports = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    const isSyntax = error instanceof SyntaxError;
    const place = placeOfError(error) ?? (isSyntax ? placeOfSyntaxError(path) : null);
    const at = place === null ? '' : `, at ${place}`;
    throw new DataError(`${spec}: cannot be imported: ${messageOf(error)}${at}`, { cause: error });
  }
  const name = reference.export ?? 'default';
  if (!(name in exports)) {
    const names = Object.keys(exports);
    throw new DataError(
      `${spec}: has no export "${name}"; ${names.length === 0 ? 'it exports nothing' : `it exports ${listed(names)}`}.${didYouMean(name, names)}`,
    );
  }
  return exports[name];
}

function stripsTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: string | false };
  return typeof typescript === 'string';
}
