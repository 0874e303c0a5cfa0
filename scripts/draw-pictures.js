/** `npm run pictures`: draws the pictures that the docs show, by the commands that they name. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { ensureBuilt } from './ensure-built.js';
import { root } from './workspace.js';

const folder = 'docs/pictures';
const command = 'apps/dltrain/dist/bin.js';

await ensureBuilt();
for (const words of [
  [command, 'activations', '--svg', path.join(folder, 'activations.svg')],
  [command, 'graph', 'examples/mnist-cnn.yaml', '--svg', path.join(folder, 'mnist-cnn.svg')],
  ['examples/draw-block.js', folder],
]) {
  execFileSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
}
