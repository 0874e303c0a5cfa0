import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from './config/load.js';
import { planBeginning } from './beginning.js';
import { RunLock } from './run-lock.js';

const folder = mkdtempSync(join(tmpdir(), 'dltrain-beginning-'));
let runs = '';
let count = 0;

beforeEach(() => {
  runs = join(folder, `runs-${(count += 1)}`);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Plans with a config whose `resume` is as given. */
function plan(resume: string | null, asked?: string) {
  const lines = [
    'name: net',
    'data: {train: {type: csv, path: a.csv}}',
    'model: {input: [4], layers: [relu]}',
    'loss: mse',
    'optimizer: {type: sgd, lr: 0.1}',
    'trainer: {batch_size: 8}',
    `output_dir: ${JSON.stringify(runs)}`,
    `resume: ${JSON.stringify(resume)}`,
  ];
  const file = join(folder, 'config.yaml');
  writeFileSync(file, lines.join('\n'));
  return planBeginning(loadConfig(file), asked);
}

/** A folder such as a run leaves that was cut off before any checkpoint. */
function cutOffRun(name: string): string {
  const path = join(runs, name);
  mkdirSync(path, { recursive: true });
  for (const file of ['config.yaml', 'config.resolved.yaml', 'events.binpb', 'lock']) {
    writeFileSync(join(path, file), '');
  }
  return path;
}

describe('planBeginning', () => {
  it('begins a new run where nothing else is said', async () => {
    const fresh = { kind: 'new', leftBehind: false, note: null };
    expect(await plan(null)).toEqual(fresh);
    expect(await plan(null, join(runs, 'own'))).toEqual(fresh);
  });

  it('begins a new run where there is none to go on with, and says so', async () => {
    expect(await plan('auto')).toMatchObject({
      kind: 'new',
      note: `no run of 'net' in ${relative('', runs)} waits to be gone on with: starting a new one`,
    });
    cutOffRun('net-20250131-120000');
    cutOffRun('network-20250131-120000');
    expect(await plan('auto')).toMatchObject({ kind: 'new' });
    const own = join(runs, 'own');
    expect(await plan('auto', own)).toMatchObject({ kind: 'new', leftBehind: false });
    mkdirSync(own);
    writeFileSync(join(own, 'lock'), '');
    expect(await plan('auto', own)).toMatchObject({ kind: 'new', leftBehind: false });
  });

  it('puts aside what never came to a checkpoint in the directory asked for', async () => {
    const own = cutOffRun('own');
    expect(await plan('auto', own)).toMatchObject({
      kind: 'new',
      leftBehind: true,
      note: `the run in ${relative('', own)} has no whole checkpoint: it is put aside, and a new one started`,
    });
  });

  it('knows a run by its lock that was killed while it wrote its config', async () => {
    const own = join(runs, 'own');
    mkdirSync(own, { recursive: true });
    for (const file of ['lock', 'config.yaml']) writeFileSync(join(own, file), '');
    expect(await plan('auto', own)).toMatchObject({ kind: 'new', leftBehind: true });
  });

  it('never takes for a run what is none', async () => {
    const own = join(runs, 'own');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'thesis.txt'), '');
    for (const resume of ['auto', null]) {
      await expect(plan(resume, own)).rejects.toThrow(`${own} is not empty`);
    }
    await expect(plan('auto', join(own, 'thesis.txt'))).rejects.toThrow('is a file');
  });

  it('refuses at its place what cannot be gone on with', async () => {
    const run = cutOffRun('net-20250131-120000');
    await expect(plan(run)).rejects.toThrow(
      /config\.yaml:8:9: error: the run .*net-20250131-120000 has no whole checkpoint/,
    );
    await expect(plan(join(runs, 'nothing'))).rejects.toThrow('there is no such directory');
    const other = join(runs, 'other');
    mkdirSync(other);
    await expect(plan(other)).rejects.toThrow('neither a run directory nor a checkpoint');
  });

  it.skipIf(process.platform === 'win32')(
    'neither passes over nor puts aside a checkpoint that cannot be read',
    async () => {
      const run = cutOffRun('net-20250131-120000');
      const checkpoint = join(run, 'checkpoints', 'step-000200');
      mkdirSync(checkpoint, { recursive: true });
      // A link to itself cannot be opened, as no file could be for lack of rights.
      symlinkSync('manifest.binpb', join(checkpoint, 'manifest.binpb'));
      for (const [resume, asked] of [[run], ['auto'], ['auto', run]] as const) {
        await expect(plan(resume, asked)).rejects.toThrow(
          /config\.yaml:8:9: error: .*step-000200 cannot be resumed from: manifest\.binpb .*ELOOP/,
        );
      }
      await expect(plan(null, run)).rejects.toThrow('has a run that did not end; add --resume');
    },
  );

  it('says that somebody is at work in a run before it complains of it', async () => {
    const run = cutOffRun('net-20250131-120000');
    rmSync(join(run, 'lock'));
    const lock = await RunLock.take(run);
    for (const [resume, asked] of [[run], ['auto', run], [null, run]] as const) {
      await expect(plan(resume, asked)).rejects.toThrow('is in use by process');
    }
    lock.release();
    await expect(plan(run)).rejects.toThrow('no whole checkpoint');
  });

  it('branches off a checkpoint, also through a link to it', async () => {
    const run = cutOffRun('net-20250131-120000');
    const checkpoint = join(run, 'checkpoints', 'step-000200');
    mkdirSync(checkpoint, { recursive: true });
    writeFileSync(join(checkpoint, 'manifest.binpb'), '');
    const last = join(run, 'checkpoints', 'last');
    symlinkSync('step-000200', last, 'junction');
    for (const from of [checkpoint, last]) {
      expect(await plan(from)).toEqual({ kind: 'branch', from, note: null });
    }
    const relativeToConfig = relative(folder, checkpoint);
    expect(await plan(relativeToConfig)).toMatchObject({ kind: 'branch', from: checkpoint });
  });
});
