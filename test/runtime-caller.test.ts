import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { engine, full } from '@dltrain/core';
import { loadSafetensors } from '@dltrain/nn';
import { train } from '@dltrain/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tinyRun } from './support/tiny-data.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dltrain-run-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the caller', () => {
  it('has an event loop that stays free', async () => {
    const run = train(tinyRun({ trainer: { batchSize: 96, maxSteps: 1000 } }));
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    expect((await run.result).steps).toBe(1000);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });

  it('may have a clock that is set back: no time is negative', async () => {
    const { now } = Date;
    // The ranks have the clock of before.
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000);
    try {
      for await (const event of train(tinyRun())) {
        if ('elapsedMs' in event) expect(event.elapsedMs, event.event).toBeGreaterThanOrEqual(0);
      }
    } finally {
      clock.mockRestore();
    }
  });

  it('may start several runs at once, which do not disturb each other', async () => {
    const options = [1, 2, 3].map((seed) => tinyRun({ seed, parallel: { workers: 2 } }));
    const together = await Promise.all(
      options.map(async (o) => (await train(o).result).weightsSha256),
    );
    const apart: string[] = [];
    for (const option of options) apart.push((await train(option).result).weightsSha256);
    expect(together).toEqual(apart);
  });

  it('may train again and again in the same memory', async () => {
    const used: number[] = [];
    for (let i = 0; i < 8; i++) {
      await train(tinyRun({ trainer: { batchSize: 16, maxSteps: 2 } })).result;
      used.push(engine().heap.used);
    }
    expect(used.at(-1)).toBe(used[2]);
  });

  it('may have filled the memory with tensors, which make room and come back', async () => {
    const { heap } = engine();
    const mebibyte = 2 ** 20;
    const taken = heap.allocate(heap.largestFree - 64 * mebibyte, 'the rest of the memory');
    try {
      const large = full([15 * mebibyte], 7);
      expect((await train(tinyRun()).result).reason).toBe('completed');
      expect(large.toArray().every((value) => value === 7)).toBe(true);
    } finally {
      heap.free(taken);
    }
  });

  it('starts from the weights of another run', async () => {
    const runDir = path.join(folder, 'run');
    const { weights } = await train(tinyRun({ runDir })).result;
    const file = path.join(runDir, 'model.safetensors');
    const stored = await loadSafetensors(file);
    expect(new Map(stored)).toEqual(new Map(weights));
    const again = tinyRun({ initFrom: file, trainer: { batchSize: 16, maxSteps: 0 } });
    expect((await train(again).result).weights).toEqual(weights);
  });

  it('may live in a worker thread', async () => {
    const program = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.runtime).then(async ({ train }) => {
        const { weightsSha256 } = await train(workerData.options).result;
        parentPort.postMessage(weightsSha256);
      });
    `;
    const runtime = import.meta.resolve('@dltrain/runtime');
    const options = tinyRun();
    const worker = new Worker(program, { eval: true, workerData: { runtime, options } });
    const answer = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    expect(answer).toBe((await train(tinyRun()).result).weightsSha256);
  });
});

describe('the process', () => {
  /** Exit code of a program that trains, and what it printed. */
  async function runProgram(
    text: string,
    nodeOptions: readonly string[] = [],
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const file = path.join(folder, 'program.mjs');
    const begin = `
      import { train } from ${JSON.stringify(import.meta.resolve('@dltrain/runtime'))};
      import { datasetFromArrays } from ${JSON.stringify(import.meta.resolve('@dltrain/data'))};
      const inputs = Float32Array.from({ length: 96 }, (_, i) => Math.sin(i));
      const targets = new Int32Array(32);
      const options = {
        data: { train: datasetFromArrays({ inputs, shape: [3], targets, classes: 2 }) },
        model: { input: [3], layers: [{ type: 'linear', outFeatures: 2 }] },
        loss: 'cross_entropy',
        optimizer: { type: 'sgd', lr: 0.1 },
        trainer: { batchSize: 8, maxEpochs: 1 },
        parallel: { workers: 2 },
      };
    `;
    await writeFile(file, begin + text);
    try {
      return {
        code: 0,
        ...(await promisify(execFile)(process.execPath, [...nodeOptions, file], {
          timeout: 120_000,
        })),
      };
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string };
    }
  }

  it('ends by itself as soon as the result is there', async () => {
    const { code, stdout } = await runProgram(`
      await train(options).result;
      console.log(process.getActiveResourcesInfo().includes('Timeout'));
    `);
    // A timer that is left would hold the process.
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'false\n' });
  });

  it('learns of a failure where it iterates, and need not await the result as well', async () => {
    const { code, stdout, stderr } = await runProgram(`
      const run = train({ ...options, loss: 'none' });
      try {
        for await (const event of run) console.log(event.event);
      } catch (error) {
        console.log(error.name);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    `);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'SpecError\n', stderr: '' });
  });

  it('may await the result long after the iteration has thrown', async () => {
    const { code, stdout, stderr } = await runProgram(`
      const run = train({ ...options, loss: 'none' });
      const follow = async () => {
        for await (const event of run) console.log(event.event);
      };
      const thrown = await follow().catch((error) => error);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await run.result.catch((error) => console.log(error === thrown));
    `);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'true\n', stderr: '' });
  });

  it.each([
    ['iterates', "for await (const event of train({ ...options, loss: 'none' }));"],
    ['does not look', "train({ ...options, loss: 'none' });"],
    ['leaves', "for await (const event of train(failing)) if (event.event === 'start') break;"],
  ])('exits with 1 and the message when it %s and catches nothing', async (_, text) => {
    const { code, stderr } = await runProgram(`
      const targets2 = new Int32Array(32).fill(5);
      const data = { train: datasetFromArrays({ inputs, shape: [3], targets: targets2 }) };
      const failing = { ...options, data };
      ${text}
      await new Promise((resolve) => setTimeout(resolve, 2000));
    `);
    expect(code).toBe(1);
    expect(stderr).toMatch(/SpecError: there is no loss 'none'|RankError: rank . failed with/);
  });

  it('exits with 1 when the result is awaited and rejects', async () => {
    const { code, stderr } = await runProgram(
      `await train({ ...options, parallel: { workers: 0 } }).result;`,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('OptionsError: workers must be a whole number of 1 or more, not 0');
  });

  it.each([
    ['throw', "throw new Error('no thread today')", 'no thread today'],
    ['exit', 'process.exit(3)', 'worker exited with code: 3'],
  ])('goes on when threads %s before they can do anything', async (_, fault, message) => {
    const preload = path.join(folder, 'preload.cjs');
    await writeFile(preload, `if (!require('node:worker_threads').isMainThread) ${fault};`);
    const { code, stdout } = await runProgram(
      `await train(options).result.catch((error) => console.log(error.message));`,
      ['--require', preload],
    );
    expect(code).toBe(0);
    expect(stdout).toContain(message);
  });
});
