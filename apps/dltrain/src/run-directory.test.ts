import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DirectoryError } from '@dltrain/core';
import { afterAll, describe, expect, it } from 'vitest';
import {
  checkIsRun,
  checkRunDirectory,
  clearRunDirectory,
  makeRunDirectory,
  RunDirectoryError,
  writeRunFile,
  writingTo,
} from './run-directory.js';

const folder = mkdtempSync(join(tmpdir(), 'dltrain-runs-'));

afterAll(() => rmSync(folder, { recursive: true }));

describe('run directories', () => {
  const now = new Date(2025, 0, 31, 23, 59, 58);
  const options = { asked: undefined, outputDirectory: join(folder, 'runs'), name: 'net', now };

  it('are named by run and time, and never shared', async () => {
    const made: string[] = [];
    for (let n = 1; n <= 3; n++) made.push(basename(await makeRunDirectory(options)));
    expect(made).toEqual(['net-20250131-235958', 'net-20250131-235958-2', 'net-20250131-235958-3']);
    expect(readdirSync(options.outputDirectory)).toHaveLength(3);
  });

  it('may be asked for by name, if they are new or empty', async () => {
    const asked = join(folder, 'deep', 'own');
    expect(await makeRunDirectory({ ...options, asked })).toBe(asked);
    expect(await makeRunDirectory({ ...options, asked })).toBe(asked);
    writeFileSync(join(asked, 'file'), '');
    await expect(makeRunDirectory({ ...options, asked })).rejects.toThrow('never overwritten');
    expect(() => checkRunDirectory(asked)).toThrow(/give another name, or remove it$/);
    // Not so what holds the directory that is worked in.
    for (const around of ['.', '..']) {
      expect(() => checkRunDirectory(around)).toThrow(/give another name$/);
    }
    expect(() => checkRunDirectory(join(asked, 'file'))).toThrow('is a file');
    expect(existsSync(join(asked, 'file'))).toBe(true);
  });

  it('say what the system has against them, and leave other errors alone', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const inFile = join(file, 'run');
    const told = writingTo(inFile, () => writeRunFile(inFile, 'config.yaml', ''));
    await expect(told).rejects.toThrow(RunDirectoryError);
    await expect(told).rejects.toThrow(/file\/run cannot be written to \(ENOTDIR/);
    const made = writingTo(inFile, () => makeRunDirectory({ ...options, outputDirectory: inFile }));
    await expect(made).rejects.toThrow(DirectoryError);
    await expect(made).rejects.toThrow(`the directory ${file} cannot be made`);
    const other = writingTo(folder, () => {
      throw new RangeError('other');
    });
    await expect(other).rejects.toThrow(RangeError);
  });

  it('are taken back when their run never began, but for what was there before', async () => {
    const there = await makeRunDirectory({ ...options, asked: join(folder, 'there') });
    const fresh = await makeRunDirectory({ ...options, asked: join(folder, 'fresh') });
    for (const directory of [there, fresh]) writeFileSync(join(directory, 'config.yaml'), '');
    writeFileSync(join(there, 'lock'), '');
    clearRunDirectory(there, true);
    clearRunDirectory(fresh, false);
    expect(readdirSync(there)).toEqual(['lock']);
    expect(existsSync(fresh)).toBe(false);
  });

  it('are told from other folders', async () => {
    const run = await makeRunDirectory(options);
    expect(() => checkIsRun(join(folder, 'nothing'))).toThrow('there is no run directory');
    expect(() => checkIsRun(join(folder, 'file', 'run'))).toThrow('there is no run directory');
    expect(() => checkIsRun(join(folder, 'file'))).toThrow('this is no run directory');
    expect(() => checkIsRun(run, 'model.safetensors')).toThrow('has no model.safetensors');
    writeFileSync(join(run, 'model.safetensors'), '');
    checkIsRun(run, 'model.safetensors');
  });
});
