import { existsSync, statSync } from 'node:fs';

// statSync with `throwIfNoEntry: false` throws on Node 20 all the same for what would lie below a file.

export function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

export function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
