import { createHash } from 'node:crypto';
import {
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type IdentityError,
  listCheckpoints,
  newestCheckpoint,
  ResumeError,
  train,
  type TrainOptions,
} from '@dltrain/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyData } from '../support/tiny-data.js';
import { run, told, ofKind, every, placesOfTests } from '../support/checkpointed-run.js';

const place = placesOfTests();

describe('what cannot be resumed is refused, and told', () => {
  let kept: string;
  let source: string;
  beforeAll(async () => {
    kept = await mkdtemp(path.join(tmpdir(), 'dltrain-kept-'));
    source = path.join(kept, 'run');
    await told(run({ runDir: source, checkpoint: { ...every(10), keep: 2 } }));
  });
  afterAll(() => rm(kept, { recursive: true }));

  const failure = async (options: TrainOptions): Promise<unknown> =>
    train(options).result.then(
      () => null,
      (error: unknown) => error,
    );

  it('when what fixes the bits differs, with each difference', async () => {
    const error = await failure(
      run({
        resume: source,
        seed: 4,
        optimizer: { type: 'sgd', lr: 0.2, momentum: 0.9, weightDecay: 1e-3, nesterov: false },
        data: { ...run().data, train: tinyData(120, (sample) => (sample === 119 ? 0.5 : null)) },
      }),
    );
    expect(error).toBeInstanceOf(ResumeError);
    const { message } = error as ResumeError;
    expect(message).toContain('seed was 3 and is 4');
    expect(message).toContain('optimizer.lr was 0.1 and is 0.2');
    expect(message).toContain('the training data are not those of the checkpoint');
    expect(message.match(/\n  /g)).toHaveLength(3);
    expect((error as IdentityError).differences.map(({ key }) => key)).toEqual([
      'data.train.sha256',
      'optimizer.lr',
      'seed',
    ]);
  });

  it('when a loss or a metric of the user was edited, or what it imports', async () => {
    const file = place('own.mjs');
    const helper = 'export const square = (y) => y.square();';
    await writeFile(place('square.mjs'), helper);
    const own = `
import { square } from './square.mjs';
export const loss = { name: 'own', compute: (y) => ({ sum: square(y).sum(), weight: y.shape[0] }) };
export const size = { name: 'size', compute: (y) => ({ sum: y.abs().sum(), weight: y.shape[0] }) };
`;
    await writeFile(file, own);
    const module = pathToFileURL(file);
    const ofModule = (more: Partial<TrainOptions>) =>
      run({
        loss: { module, export: 'loss' },
        metrics: ['accuracy', { module: file, export: 'size' }],
        ...more,
      });
    const runDir = place('run');
    await told(ofModule({ runDir, checkpoint: every(10) }));
    expect(await failure(ofModule({ resume: runDir }))).toBeNull();
    await writeFile(file, `${own}// edited`);
    const error = await failure(ofModule({ resume: runDir }));
    expect(error).toBeInstanceOf(ResumeError);
    expect((error as IdentityError).differences).toMatchObject([
      { key: 'loss.sha256', file: 'own.mjs' },
      { key: 'metrics.1.sha256', file: 'own.mjs' },
    ]);
    expect(String(error)).toContain('own.mjs, which is metrics.1.module, was edited since');
    await writeFile(file, own);
    await writeFile(place('square.mjs'), `${helper}// edited`);
    const imported = await failure(ofModule({ resume: runDir }));
    expect(imported).toBeInstanceOf(ResumeError);
    expect(String(imported)).toContain('square.mjs, which loss.module imports, was edited since');
  });

  it('but not when what differs does not', async () => {
    const same = run({
      resume: source,
      name: 'another',
      optimizer: { type: 'sgd', lr: 0.1, momentum: 0.9, weightDecay: 1e-3, nesterov: false },
      parallel: { workers: 2, workerTimeout: 10_000 },
    });
    expect(await failure(same)).toBeNull();
  });

  it('when there is none', async () => {
    expect(String(await failure(run({ resume: place('nowhere') })))).toMatch(/ResumeError.*ENOENT/);
    expect(String(await failure(run({ resume: place('.') })))).toMatch(
      /neither a checkpoint nor a run directory/,
    );
  });

  it('and is left alone by a run that cannot read it', async () => {
    const runDir = place('run');
    await cp(source, runDir, { recursive: true });
    const older = path.join(runDir, 'checkpoints/step-000010');
    await cp(path.join(runDir, 'checkpoints/step-000020'), older, { recursive: true });
    // What is no file cannot be read; nor could one be while too many are open.
    await rm(path.join(older, 'manifest.binpb'));
    await mkdir(path.join(older, 'manifest.binpb'));
    const unfinished = path.join(runDir, 'checkpoints/step-000011');
    await mkdir(unfinished);
    await told(run({ runDir, resume: runDir, checkpoint: every(36) }));
    const names = await readdir(path.join(runDir, 'checkpoints'));
    expect(names.sort()).toEqual(['last', 'step-000010', 'step-000030', 'step-000036']);
    expect((await readdir(older)).sort()).toContain('model.safetensors');
  });

  it.skipIf(process.platform === 'win32').each(['manifest.binpb', 'optimizer.safetensors'])(
    'when %s of the newest cannot be read, which is not taken for damage',
    async (name) => {
      const runDir = place('run');
      await cp(source, runDir, { recursive: true });
      const newest = path.join(runDir, 'checkpoints/step-000030');
      const file = path.join(newest, name);
      await rename(file, `${file}.aside`);
      // A link to itself cannot be opened, as no file could be for lack of rights or while too many are open.
      await symlink(name, file);
      const names = await readdir(runDir, { recursive: true });
      const error = await failure(run({ runDir, resume: runDir }));
      expect(error).toBeInstanceOf(ResumeError);
      expect(String(error)).toContain(`${newest} cannot be resumed from: ${name} cannot be opened`);
      expect(String(error)).toMatch(/ELOOP.*mend that, or name an earlier checkpoint$/);
      await expect(newestCheckpoint(runDir)).rejects.toThrow(ResumeError);
      expect((await listCheckpoints(runDir)).map(({ problem }) => problem)).toEqual([
        null,
        expect.stringContaining('ELOOP'),
      ]);
      expect(await readdir(runDir, { recursive: true })).toEqual(names);

      await rename(`${file}.aside`, file);
      const { events } = await told(run({ runDir, resume: runDir }));
      expect(ofKind(events, 'resume')[0]?.step).toBe(30);
    },
  );

  it('when the newest is of a newer format, and leaves that', async () => {
    const runDir = place('run');
    await cp(source, runDir, { recursive: true });
    const newest = path.join(runDir, 'checkpoints/step-000030');
    const file = path.join(newest, 'manifest.binpb');
    const content = (await readFile(file)).subarray(0, -34);
    content[1] = 2; // the format's version
    const hash = createHash('sha256').update(content).digest();
    await writeFile(file, Buffer.concat([content, Buffer.from([(15 << 3) | 2, 32]), hash]));
    const error = await failure(run({ runDir, resume: runDir }));
    expect(error).toBeInstanceOf(ResumeError);
    expect(String(error)).toMatch(/step-000030 .*format version 2.*dltrain that wrote it/);
    expect(await readdir(newest)).toHaveLength(3);
    // Whoever names an earlier one wants what follows anew.
    const resume = path.join(runDir, 'checkpoints/step-000020');
    const { events } = await told(run({ runDir: place('branch'), resume }));
    expect(ofKind(events, 'resume')[0]?.step).toBe(20);
    expect(await readdir(newest)).toHaveLength(3);
  });

  it('but goes on from the one before where the newest is damaged or half written', async () => {
    const runDir = place('run');
    await cp(source, runDir, { recursive: true });
    const newest = path.join(runDir, 'checkpoints/step-000030');
    const file = path.join(newest, 'optimizer.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(file, bytes);
    const { result, events } = await told(run({ runDir, resume: runDir, checkpoint: every(15) }));
    expect(ofKind(events, 'resume')[0]?.step).toBe(20);
    expect(ofKind(events, 'warning')[0]?.message).toMatch(
      /step-000030: optimizer\.safetensors was changed/,
    );
    expect(result.weightsSha256).toBe((await told(run())).result.weightsSha256);
    expect((await listCheckpoints(runDir)).map(({ step }) => step)).toEqual([20, 30]);

    for (const step of [20, 30]) {
      await rm(path.join(runDir, `checkpoints/step-0000${step}/manifest.binpb`));
    }
    const error = await failure(run({ resume: runDir }));
    expect(error).toBeInstanceOf(ResumeError);
    expect(String(error)).toMatch(/step-000030: .*no manifest[^]*step-000020: .*no manifest/);
    expect((await listCheckpoints(runDir)).every(({ problem }) => problem !== null)).toBe(true);
  });

  it('at every changed byte of the manifest and of the headers, and 1,000 others', async () => {
    const runDir = place('run');
    await cp(source, runDir, { recursive: true });
    await rm(path.join(runDir, 'checkpoints/step-000020'), { recursive: true });
    const checkpoint = path.join(runDir, 'checkpoints/step-000030');
    const expectNoticed = async (name: string, positions: readonly number[]): Promise<void> => {
      const file = path.join(checkpoint, name);
      const bytes = await readFile(file);
      for (const [i, at] of positions.entries()) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (i % 8));
        await writeFile(file, flipped);
        const found = await newestCheckpoint(runDir);
        if (found !== null) throw new Error(`byte ${at} of ${name} was changed unnoticed`);
      }
      await writeFile(file, bytes);
      expect(await newestCheckpoint(runDir)).not.toBeNull();
    };
    const manifest = await readFile(path.join(checkpoint, 'manifest.binpb'));
    await expectNoticed('manifest.binpb', [...manifest.keys()]);
    for (const name of ['model.safetensors', 'optimizer.safetensors']) {
      const bytes = await readFile(path.join(checkpoint, name));
      const header = 8 + Number(bytes.readBigUInt64LE());
      await expectNoticed(name, [...Array(header).keys()]);
      const rest = bytes.length - header;
      const positions = Array.from({ length: 500 }, (_, i) => header + ((i * 7919) % rest));
      await expectNoticed(name, positions);
    }
  });
});
