import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashModuleFiles } from './module-files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dltrain-modules-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Writes the files and tells which of them are found behind the first, in order of their names. */
async function foundIn(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const [first = ''] = Object.keys(files);
  const hashes = await hashModuleFiles(path.join(folder, first));
  for (const [file, hash] of hashes) {
    const text = files[path.relative(folder, file).replaceAll(path.sep, '/')] ?? '';
    expect(hash).toBe(createHash('sha256').update(text).digest('hex'));
  }
  const names = [...hashes.keys()].map((file) => path.relative(folder, file));
  return names.map((name) => name.replaceAll(path.sep, '/')).sort();
}

describe('the files of a module', () => {
  it('are its own and those it imports, each once, also in a circle', async () => {
    const found = await foundIn({
      'here/net.js': `import { block } from './block.js';
        export * from '../shared/layers.mjs';
        export default () => import('./late.js');`,
      'here/block.js': `import '../shared/layers.mjs'; export { x } from './net.js';`,
      'here/late.js': `import sizes from './sizes.json' with { type: 'json' };`,
      'here/sizes.json': '{ "width": 1 }',
      'here/unused.js': '',
      'shared/layers.mjs': `import '../here/block.js';`,
    });
    expect(found).toEqual([
      ...['here/block.js', 'here/late.js', 'here/net.js', 'here/sizes.json'],
      'shared/layers.mjs',
    ]);
  });

  it('are no packages, types, comments, or names that are put together', async () => {
    const found = await foundIn({
      'net.ts': `import { Linear } from '@dltrain/nn';
        import fs from 'node:fs';
        import type { Sizes } from './types.ts';
        import { depth, type Width } from './depth.ts';
        // import './comment.ts';
        const text = "import './text.ts'";
        export const load = (name: string) => import(\`./part-\${name}.ts\`);`,
      'types.ts': '',
      'depth.ts': 'export const depth: number = 2; export type Width = number;',
      'comment.ts': '',
      'text.ts': '',
      'part-a.ts': '',
    });
    expect(found).toEqual(['depth.ts', 'net.ts']);
  });

  it('are found by a URL, too', async () => {
    const other = pathToFileURL(path.join(folder, 'other file.js')).href;
    const found = await foundIn({
      'net.js': `import '${other}?version=2'; import 'file://elsewhere/x.js'; import './a%2fb.js';`,
      'other file.js': '',
    });
    expect(found).toEqual(['net.js', 'other file.js']);
  });

  it('are found as far as there are any: what is amiss Node says where they are run', async () => {
    expect(await foundIn({ 'net.js': `import './absent.js'; import './half.js';` })).toEqual([
      'net.js',
    ]);
    const half = { 'net.js': `import './half.js';`, 'half.js': `import './next.js'; export {` };
    expect(await foundIn({ ...half, 'next.js': '' })).toEqual(['half.js', 'net.js']);
    await expect(hashModuleFiles(path.join(folder, 'absent.js'))).rejects.toThrow('ENOENT');
  });
});
