import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ManifestError, NewerFormatError } from '../events/errors.js';
import {
  decodeCheckpointManifest,
  encodeCheckpointManifest,
  maxManifestBytes,
  type CheckpointManifest,
} from './checkpoint-manifest.js';

const manifest: CheckpointManifest = {
  progress: {
    step: 200,
    epoch: 3,
    stepOfEpoch: 20,
    trainedSamples: 3200,
    trainingMs: 812.5,
    elapsedMs: 1000,
    validatedStep: 180,
    statisticsStep: null,
    earlyStopping: { best: 0.25, fruitless: 2 },
    best: { step: 180, value: 0.25, monitor: 'val_loss', mode: 'min' },
    metrics: { val_loss: 0.25, val_accuracy: 0.9 },
  },
  identity: [
    ['optimizer.lr', '0.1'],
    ['seed', '3'],
  ],
  files: [
    { name: 'model.safetensors', byteLength: 1234, sha256: 'ab'.repeat(32) },
    { name: 'optimizer.safetensors', byteLength: 99, sha256: '01'.repeat(32) },
  ],
  updates: [
    { name: '0.weight', updates: 200 },
    { name: '0.bias', updates: 0 },
  ],
  logs: { events: 5000, metrics: 9000 },
};

/** A manifest of such content, whose hash is right. */
function sealed(content: Uint8Array): Uint8Array {
  const hash = createHash('sha256').update(content).digest();
  return Buffer.concat([content, Buffer.from([(15 << 3) | 2, 32]), hash]);
}

const withProgress = (more: Partial<CheckpointManifest['progress']>): CheckpointManifest => ({
  ...manifest,
  progress: { ...manifest.progress, ...more },
});

/** What a manifest begins with. */
const version = Uint8Array.of(8, 1);

describe('the manifest of a checkpoint', () => {
  it('goes round, also with what may be absent', async () => {
    expect(await decodeCheckpointManifest(await encodeCheckpointManifest(manifest))).toEqual(
      manifest,
    );
    const first = withProgress({
      step: 200,
      validatedStep: null,
      statisticsStep: 0,
      earlyStopping: { best: -Infinity, fruitless: 0 },
      best: null,
      metrics: { val_loss: NaN },
    });
    expect(await decodeCheckpointManifest(await encodeCheckpointManifest(first))).toEqual(first);
    const none = withProgress({ earlyStopping: null, metrics: {} });
    expect(await decodeCheckpointManifest(await encodeCheckpointManifest(none))).toEqual(none);
  });

  it('notices every byte that was changed, in every bit, and every length it was cut to', async () => {
    const bytes = await encodeCheckpointManifest(manifest);
    expect(bytes.length).toBeGreaterThan(200);
    for (let i = 0; i < bytes.length; i++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Uint8Array.from(bytes);
        flipped[i] = (flipped[i] ?? 0) ^ (1 << bit);
        await expect(decodeCheckpointManifest(flipped)).rejects.toThrow(ManifestError);
      }
      await expect(decodeCheckpointManifest(bytes.subarray(0, i))).rejects.toThrow(ManifestError);
    }
    const longer = Buffer.concat([bytes, Buffer.from([0])]);
    await expect(decodeCheckpointManifest(longer)).rejects.toThrow(/cut short or changed/);
  });

  it('is not read beyond its greatest length', async () => {
    await expect(decodeCheckpointManifest(new Uint8Array(maxManifestBytes + 1))).rejects.toThrow(
      /longer than/,
    );
    const identity = [['k', 'x'.repeat(maxManifestBytes)]] as const;
    await expect(encodeCheckpointManifest({ ...manifest, identity })).rejects.toThrow(/at most/);
  });

  it.each([
    ['half a step', withProgress({ step: 0.5 })],
    ['a validation to come', withProgress({ validatedStep: 201 })],
    ['a time before its start', withProgress({ elapsedMs: -1 })],
    ['a time without end', withProgress({ trainingMs: Infinity })],
    ['more updates than steps', { ...manifest, updates: [{ name: 'a', updates: 201 }] }],
    ['a key twice', { ...manifest, identity: [...manifest.identity, ['seed', '4'] as const] }],
    [
      'a file outside',
      {
        ...manifest,
        files: [{ name: '../a.safetensors', byteLength: 1, sha256: 'ab'.repeat(32) }],
      },
    ],
    ['a file twice', { ...manifest, files: [...manifest.files, ...manifest.files] }],
    ['a parameter twice', { ...manifest, updates: [...manifest.updates, ...manifest.updates] }],
    ['no hash', { ...manifest, files: [{ name: 'a.safetensors', byteLength: 1, sha256: 'ab' }] }],
  ])('is refused with %s', async (_, contradiction) => {
    await expect(encodeCheckpointManifest(contradiction)).rejects.toThrow(ManifestError);
  });

  it.each([
    ['more facts than are read', 3, 2 ** 18 + 1, /more than 262144 entries/],
    ['two that tell how far it came', 2, 2, /more than 1 entries/],
  ])('is refused with %s, before they are decoded', async (_, field, count, message) => {
    const content = Buffer.alloc(2 * count).fill(Buffer.from([(field << 3) | 2, 0]));
    await expect(
      decodeCheckpointManifest(sealed(Buffer.concat([version, content]))),
    ).rejects.toThrow(message);
  });

  it('is refused with metrics without end', async () => {
    const entry = Buffer.from([(15 << 3) | 2, 0]);
    const progress = Buffer.alloc(2 ** 20 + 2).fill(entry);
    // Its tag, and its length as a varint.
    const content = Buffer.concat([Buffer.from([8, 1, 0x12, 0x82, 0x80, 0x40]), progress]);
    await expect(decodeCheckpointManifest(sealed(content))).rejects.toThrow(
      /entry 1 has 1048578 bytes; at most 1048576/,
    );
  });

  it('is known to be of a newer format, whatever else that has in it', async () => {
    const newer = sealed(Uint8Array.of(8, 2, (2 << 3) | 0, 7));
    await expect(decodeCheckpointManifest(newer)).rejects.toThrow(NewerFormatError);
    const older = decodeCheckpointManifest(sealed(Uint8Array.of(8, 0)));
    await expect(older).rejects.toThrow(/format version 0; 1 is known/);
    await expect(older).rejects.not.toThrow(NewerFormatError);
  });

  it('is refused when it is of a newer format, though its seal is right', async () => {
    const bytes = await encodeCheckpointManifest(manifest);
    const content = Uint8Array.from(bytes.subarray(0, -34));
    // Field 1, the version, comes first.
    expect([...content.subarray(0, 2)]).toEqual([8, 1]);
    content[1] = 2;
    await expect(decodeCheckpointManifest(sealed(content))).rejects.toThrow(
      /format version 2; 1 is known/,
    );
  });
});
