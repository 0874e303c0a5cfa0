import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findNodes, isNewEnough, oneOfEachVersion } from './nodes.js';

const folder = mkdtempSync(join(tmpdir(), 'dltrain-nodes-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Something that answers as a Node of this version would. */
function pretended(name: string, says: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho '${says}'\n`);
  chmodSync(path, 0o755);
  return path;
}

const itOnPosix = it.skipIf(process.platform === 'win32');

describe('findNodes', () => {
  it('begins with the one that runs', async () => {
    const [first] = await findNodes([], {});
    expect(first).toEqual({ path: process.execPath, version: process.versions.node });
  });

  itOnPosix('takes those that are new enough, one of each version', async () => {
    const asked = pretended('asked', 'v98.0.0');
    const again = pretended('again', 'v98.0.0');
    const onPath = pretended('node', 'v97.1.2');
    const nodes = await findNodes([asked, again], { PATH: `/nowhere:${folder}` });
    expect(nodes).toContainEqual({ path: onPath, version: '97.1.2' });
    expect(nodes).toContainEqual({ path: asked, version: '98.0.0' });
    expect(nodes.map(({ path }) => path)).not.toContain(again);
    pretended('node', 'v18.0.0');
    const others = await findNodes([], { PATH: folder });
    expect(others.map(({ path }) => path)).not.toContain(onPath);
  });

  itOnPosix('refuses what was asked for and is of no use', async () => {
    const old = pretended('old', 'v20.18.9');
    await expect(findNodes([old], {})).rejects.toThrow('is Node 20.18.9; dltrain needs 20.19');
    const other = pretended('other', 'hello');
    await expect(findNodes([other], {})).rejects.toThrow('is no Node: it does not tell a version');
    const gone = join(folder, 'gone');
    await expect(findNodes([gone], {})).rejects.toThrow('ENOENT');
  });
});

describe('versions', () => {
  it('are new enough from 20.19 on', () => {
    const versions = ['18.20.0', '20.18.9', '20.19.0', '22.1.0', '24.0.0-nightly'];
    expect(versions.map(isNewEnough)).toEqual([false, false, true, true, true]);
  });

  it('are taken once each, the first of them', () => {
    const nodes = ['a 1', 'b 2', 'c 1'].map((text) => {
      const [path = '', version = ''] = text.split(' ');
      return { path, version };
    });
    expect(oneOfEachVersion(nodes).map(({ path }) => path)).toEqual(['a', 'b']);
  });
});
