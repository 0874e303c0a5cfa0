/** `npm run lint`: the linter, the formatter and the search for dead code, all three to the end. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { ensureBuilt } from './ensure-built.js';
import { root } from './workspace.js';

const tools = [
  ['eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  ['prettier/bin/prettier.cjs', '--check', '.'],
  ['knip/bin/knip.js'],
];

await ensureBuilt();
for (const [script = '', ...args] of tools) {
  process.stdout.write(`\n${[path.basename(script).split('.')[0], ...args].join(' ')}\n`);
  const { status } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules', script), ...args],
    { cwd: root, stdio: 'inherit' },
  );
  if (status !== 0) process.exitCode = 1;
}
