import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Linear } from '../layers/linear.js';
import { loadSafetensors, saveSafetensors } from './safetensors-file.js';
import { SafetensorsError } from './safetensors-header.js';
import { encodeSafetensors } from './safetensors.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dltrain-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a file of weights', () => {
  it('goes round, replaces an older one and leaves nothing beside it', async () => {
    const path = join(folder, 'model.safetensors');
    await saveSafetensors(path, new Linear(30, 20).stateDict());
    const weights = new Linear(3, 2).stateDict();
    await saveSafetensors(path, weights);
    expect(await loadSafetensors(path)).toEqual(weights);
    expect(new Uint8Array(await readFile(path))).toEqual(encodeSafetensors(weights));
    expect(await readdir(folder)).toEqual(['model.safetensors']);
  });

  it('names the file it cannot read', async () => {
    const path = join(folder, 'none.safetensors');
    await expect(loadSafetensors(path)).rejects.toThrow(SafetensorsError);
    await expect(loadSafetensors(path)).rejects.toThrow(/none\.safetensors: there is no such file/);
    await expect(loadSafetensors(folder)).rejects.toThrow(SafetensorsError);
    await writeFile(path, 'hello');
    await expect(loadSafetensors(path)).rejects.toThrow(/none\.safetensors: .*5 bytes/);
    await writeFile(path, encodeSafetensors(new Linear(9, 9).stateDict()).subarray(0, -4));
    await expect(loadSafetensors(path)).rejects.toThrow(/truncated/);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(loadSafetensors(pipe)).rejects.toThrow(SafetensorsError);
    await expect(loadSafetensors(pipe)).rejects.toThrow(/pipe: is no regular file/);
    await rm(pipe);
  });

  it('takes no memory for more weights than can be used', async () => {
    const path = join(folder, 'long.safetensors');
    const sparse = async (dtype: string, elements: number, bytes: number) => {
      const header = JSON.stringify({ a: { dtype, shape: [elements], data_offsets: [0, bytes] } });
      const length = Buffer.alloc(8);
      length.writeUInt32LE(header.length);
      await writeFile(path, Buffer.concat([length, Buffer.from(header)]));
      await truncate(path, 8 + header.length + bytes);
    };
    await sparse('F32', 2 ** 32, 2 ** 34);
    await expect(loadSafetensors(path)).rejects.toThrow(/17179869184 bytes.*at most 4294967296/);
    await sparse('BF16', 2 ** 30 + 1, 2 ** 31 + 2);
    await expect(loadSafetensors(path)).rejects.toThrow(/4294967300 bytes.*at most 4294967296/);
    await rm(path);
  });

  it('names the file it cannot write, and leaves the folder as it was', async () => {
    await expect(
      saveSafetensors(join(folder, 'no/such/folder.safetensors'), new Linear(1, 1).stateDict()),
    ).rejects.toThrow(/folder\.safetensors: the weights cannot be written/);
    await expect(saveSafetensors(folder, new Linear(1, 1).stateDict())).rejects.toThrow(
      SafetensorsError,
    );
    expect(await readdir(folder)).toEqual([]);
  });
});
