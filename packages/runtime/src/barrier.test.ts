import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { Barrier } from './barrier.js';
import { ControlBlock, controlBlockBytes } from './control-block.js';
import { AbortedError } from './errors.js';

// Real threads run the built code: vitest compiles sources for its own thread only.
const built = (file: string) => new URL(`../dist/${file}`, import.meta.url).href;

/** Each worker adds its number to a sum, meets, and checks that it sees what all have added. */
const program = `
  const { workerData: { buffer, workers, rank, rounds, spin } } = require('node:worker_threads');
  (async () => {
    const { ControlBlock } = await import(${JSON.stringify(built('control-block.js'))});
    const { Barrier } = await import(${JSON.stringify(built('barrier.js'))});
    const control = new ControlBlock(buffer, 0, workers);
    const barrier = new Barrier(control, spin);
    const plain = new Int32Array(buffer, 4096, workers);
    const once = new Int32Array(buffer, 4096 + 4 * workers, 1);
    for (let round = 1; round <= rounds; round++) {
      plain[rank] = round * (rank + 1);
      barrier.meet(() => { once[0]++; });
      for (let other = 0; other < workers; other++) {
        if (plain[other] !== round * (other + 1)) throw new Error('stale read');
      }
      if (once[0] !== 2 * round - 1) throw new Error('the last ran ' + once[0] + ' times');
      barrier.meet(() => { once[0]++; });
    }
  })();
`;

const threads: Worker[] = [];

function startThreads(buffer: SharedArrayBuffer, count: number, spin: boolean, workers = count) {
  return Array.from({ length: count }, (_, rank) => {
    const workerData = { buffer, workers, rank, rounds: 500, spin };
    const thread = new Worker(program, { eval: true, workerData });
    threads.push(thread);
    return thread;
  });
}

afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.terminate()));
});

describe('Barrier', () => {
  for (const spin of [true, false]) {
    it(`lets nobody on before all have arrived (${spin ? 'spinning' : 'sleeping'})`, async () => {
      const buffer = new SharedArrayBuffer(8192);
      const exits = startThreads(buffer, 3, spin).map((thread) => once(thread, 'exit'));
      const codes = (await Promise.all(exits)).map(([code]) => code as number);
      expect(codes).toEqual([0, 0, 0]);
    });
  }

  it('ends for those who wait when ranks are called back', async () => {
    const buffer = new SharedArrayBuffer(8192);
    const control = new ControlBlock(buffer, 0, 3);
    // Two of three arrive; the third never does.
    const errors = startThreads(buffer, 2, false, 3).map(async (thread) => {
      const [error] = (await once(thread, 'error')) as [Error];
      return error.message;
    });
    while (control.get('arrived') < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    control.abort();
    expect(await Promise.all(errors)).toEqual(
      Array(2).fill('the step was ended by another thread'),
    );
  });

  it('does not wait when ranks are called back already', () => {
    const control = new ControlBlock(new SharedArrayBuffer(controlBlockBytes(2)), 0, 2);
    control.abort();
    expect(() => {
      new Barrier(control, false).meet();
    }).toThrow(AbortedError);
  });
});
