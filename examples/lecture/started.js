import { realpathSync } from 'node:fs';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

/**
 * Whether a module is the program that Node was started with, not one that another imports. (In Node
 * 24 `import.meta.main` says it.)
 *
 * @param {string} url `import.meta.url` of the module
 */
export function started(url) {
  const [, script] = process.argv;
  return script !== undefined && pathToFileURL(realpathSync(script)).href === url;
}
