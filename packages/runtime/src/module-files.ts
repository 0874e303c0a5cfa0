import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Import } from 'es-module-lexer';

/**
 * SHA-256 of a module's file and of those that it imports by where they lie (`./layers.js`), and that these
 * import, by path. Left out are packages, what is imported under a name that is put together while the
 * program runs, and what `require` reads.
 *
 * @throws what reading the module itself throws
 */
export async function hashModuleFiles(module: string): Promise<ReadonlyMap<string, string>> {
  // Few runs have modules, and each thread would load it.
  const { init, parse } = await import('es-module-lexer');
  await init();
  const importsIn = (text: string): readonly Import[] => {
    try {
      return parse(text)[0];
    } catch {
      return []; // of a mistake in it Node tells as well
    }
  };
  const hashes = new Map<string, string>();
  const pending = [module];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (hashes.has(file)) continue;
    // An import that cannot be read is Node's to tell of, when a rank runs it.
    const bytes = await (file === module ? readFile(file) : readFile(file).catch(() => null));
    if (bytes === null) continue;
    hashes.set(file, createHash('sha256').update(bytes).digest('hex'));
    if (/\.[cm]?[jt]sx?$/.test(file))
      pending.push(...importedFiles(file, importsIn(bytes.toString())));
  }
  return hashes;
}

function importedFiles(file: string, imports: readonly Import[]): string[] {
  return imports.filter(isLoaded).flatMap(({ specifier }) => {
    if (!/^(\.{0,2}\/|file:)/.test(specifier ?? '')) return [];
    try {
      return [fileURLToPath(new URL(specifier ?? '', pathToFileURL(file)))];
    } catch {
      return []; // a URL of no file
    }
  });
}

/** What is imported for its types alone is not there when the program runs. */
function isLoaded(found: Import): boolean {
  return found.type === 'dynamic' ? !found.glob : !found.typeOnly;
}
