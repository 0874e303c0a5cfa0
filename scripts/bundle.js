/**
 * Joins the built modules of the packages it is given: every thread loads them anew, and to find and
 * link hundreds of small files takes longer than to run them.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { rolldown } from 'rolldown';
import { root } from './workspace.js';

for (const directory of process.argv.slice(2)) await bundle(path.join(root, directory, 'dist'));

/** @param {string} dist */
async function bundle(dist) {
  // What a thread begins with is found by its name, and shares modules with the rest.
  const threads = readdirSync(dist).filter((file) => file.endsWith('-thread.js'));
  const input = ['index.js', ...threads].map((file) => path.join(dist, file));
  const modules = await rolldown({ input, platform: 'node', external: /^[^./]/ });
  const chunkFileNames = 'shared.js';
  await modules.write({ dir: path.join(dist, 'bundle'), chunkFileNames });
  await modules.close();
}
