import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManifestError } from './errors.js';
import { loadMessageType } from './schema.js';
import { readManifest, writeManifest, type WeightsManifest } from './weights-manifest.js';

const manifest: WeightsManifest = {
  weights: [
    { name: '0.bias', dtype: 'f32', shape: [512], byteOffset: 208, byteLength: 2048 },
    { name: '0.weight', dtype: 'f32', shape: [512, 784], byteOffset: 2256, byteLength: 1_605_632 },
    { name: 'count', dtype: 'i32', shape: [], byteOffset: 1_607_888, byteLength: 4 },
    { name: 'empty', dtype: 'f64', shape: [0, 3], byteOffset: 1_607_892, byteLength: 0 },
    { name: 'mask', dtype: 'bool', shape: [300], byteOffset: 1_607_892, byteLength: 300 },
  ],
  step: 2345,
  seed: 42,
  configSha256: '0f'.repeat(32),
  kernelsSha256: 'ab'.repeat(32),
  weightsSha256: '00'.repeat(32),
};
const [bias, weight] = manifest.weights;
if (bias === undefined || weight === undefined) throw new Error('the example has two entries');

describe('a weights manifest', () => {
  let directory: string;
  let file: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'manifest-'));
    file = path.join(directory, 'manifest.binpb');
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it('comes back as it was written, from a file or from bytes', async () => {
    await writeManifest(file, manifest);
    expect(await readManifest(file)).toStrictEqual(manifest);
    expect(await readManifest(await readFile(file))).toStrictEqual(manifest);
    expect(await readManifest(new Uint8Array(await readFile(file)))).toStrictEqual(manifest);
    expect(await readdir(directory)).toEqual(['manifest.binpb']);
  });

  it('replaces the one before', async () => {
    await writeManifest(file, manifest);
    await writeManifest(file, { ...manifest, weights: [] });
    expect((await readManifest(file)).weights).toEqual([]);
  });

  it('comes back for any weights', async () => {
    const entry = fc.record({
      name: fc.string({ unit: 'binary' }),
      dtype: fc.constantFrom('f32', 'f64', 'i32', 'u8', 'bool'),
      shape: fc.array(fc.nat(1000), { maxLength: 4 }),
    });
    const size = { f32: 4, f64: 8, i32: 4, u8: 1, bool: 1 };
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 20 }),
        fc.nat(2 ** 53 - 1),
        async (entries, step) => {
          let byteOffset = 8;
          const weights = entries.map((e) => {
            const byteLength = e.shape.reduce((n, s) => n * s, size[e.dtype]);
            const placed = { ...e, byteOffset, byteLength };
            byteOffset += byteLength;
            return placed;
          });
          await writeManifest(file, { ...manifest, weights, step });
          expect(await readManifest(file)).toEqual({ ...manifest, weights, step });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is known to be cut short wherever it was cut', async () => {
    await writeManifest(file, manifest);
    const bytes = await readFile(file);
    for (let length = 0; length < bytes.length; length++) {
      await expect(readManifest(bytes.subarray(0, length))).rejects.toThrow(ManifestError);
    }
  });

  it('gives a typed error or a manifest, whatever was done to the bytes', async () => {
    await writeManifest(file, manifest);
    const bytes = await readFile(file);
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const mutant = Buffer.from(bytes);
        for (const { at, to } of changes) mutant[at] = to;
        try {
          const { weights } = await readManifest(mutant);
          expect(weights.length).toBeLessThanOrEqual(manifest.weights.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ManifestError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('names a file that is not there or cannot be', async () => {
    await expect(readManifest(file)).rejects.toThrow(/cannot read .*there is no such file/);
    await expect(readManifest(file)).rejects.toThrow(ManifestError);
    const nowhere = path.join(file, 'manifest.binpb');
    await expect(writeManifest(nowhere, manifest)).rejects.toThrow(/cannot write .*ENOENT/);
  });

  it('is not read beyond its greatest length', async () => {
    await writeFile(file, '');
    await truncate(file, 2 ** 40); // sparse: takes no space, but would not fit into memory
    await expect(readManifest(file)).rejects.toThrow(/longer than the 16777216 bytes/);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    execFileSync('mkfifo', [file]);
    await expect(readManifest(file)).rejects.toThrow(ManifestError);
    await expect(readManifest(file)).rejects.toThrow(/manifest\.binpb is no regular file/);
    await rm(file);
  });

  it('counts entries before it makes objects of them', async () => {
    const empty = Buffer.alloc(2 * 2 ** 18 + 2);
    for (let i = 0; i < empty.length; i += 2) empty[i] = 0x12;
    await expect(readManifest(empty)).rejects.toThrow(/more than 262144 entries/);
    const long = Buffer.concat([Buffer.from([0x12, 0x81, 0x80, 0x04]), Buffer.alloc(2 ** 16 + 1)]);
    await expect(readManifest(long)).rejects.toThrow(/entry 1 has 65537 bytes; at most 65536/);
    await expect(readManifest(long.subarray(0, 99))).rejects.toThrow(
      /field at byte 1 does not end/,
    );
    await expect(readManifest(Buffer.from([0x0b, 0x0c]))).rejects.toThrow(/wire type 3/);
    await expect(readManifest(Buffer.alloc(11, 0xff))).rejects.toThrow(/number at byte 9/);
  });

  it('refuses a newer format', async () => {
    const type = await loadMessageType<{ format_version: number }>(
      'manifest.proto',
      'dltrain.v1.WeightsManifest',
    );
    await expect(readManifest(type.encode({ format_version: 2 }))).rejects.toThrow(
      /format version 2 is newer than 1.* use a newer dltrain/,
    );
  });

  it.each<[string, Partial<WeightsManifest>, RegExp]>([
    ['a digest that is none', { configSha256: 'AB' }, /configSha256 is "AB", not the 64 hex/],
    ['a negative step', { step: -1 }, /step is -1/],
    ['a seed that is no number', { seed: NaN }, /seed is NaN/],
    ['a name twice', { weights: [bias, { ...bias, byteOffset: 9000 }] }, /0\.bias is listed twice/],
    ['half a surrogate pair', { weights: [{ ...bias, name: '\uDC00' }] }, /a name is no text/],
    [
      'a length that does not fit the shape',
      { weights: [{ ...bias, byteLength: 2047 }] },
      /0\.bias \(f32 \[512\]\) has 2047 bytes; its shape needs 2048/,
    ],
    ['a shape that is none', { weights: [{ ...bias, shape: [-512] }] }, /the shape \[-512\]/],
    ['an offset in the header', { weights: [{ ...bias, byteOffset: 7 }] }, /lies at byte 7/],
    ['an offset that is no integer', { weights: [{ ...bias, byteOffset: 8.5 }] }, /byte 8\.5/],
    [
      'tensors that overlap',
      { weights: [weight, { ...bias, byteOffset: 2000 }] },
      /0\.weight begins at byte 2256, inside 0\.bias, which ends at 4048/,
    ],
    [
      'too many axes',
      { weights: [{ ...bias, shape: Array.from({ length: 65 }, () => 1), byteLength: 4 }] },
      /65 axes/,
    ],
  ])('cannot hold %s', async (_what, change, pattern) => {
    const wrong = writeManifest(file, { ...manifest, ...change });
    await expect(wrong).rejects.toThrow(ManifestError);
    await expect(wrong).rejects.toThrow(pattern);
    expect(await readdir(directory)).toEqual([]);
  });
});
