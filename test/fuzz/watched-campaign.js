/**
 * A campaign in a process of its own: `node watched-campaign.js <reader> <count> <seed>` prints what
 * came of it as JSON. The reader runs in a thread, so that the main one can tell that it hangs, and
 * what of; a crash of the process or of the thread costs no more than this reader.
 */
import { writeSync } from 'node:fs';
import process from 'node:process';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { campaign } from './campaign.js';
import { readers } from './readers.js';

/** @import { Tally } from './campaign.js' */

/** With this much time a mutant is not slow, on a machine however busy: it hangs. */
const hangMilliseconds = 30_000;
/** Of objects; arrays are counted by the memory that the process takes. */
const mostHeapMegabytes = 1024;

/**
 * @typedef {Tally & { peakMemoryGrowth: number, died?: string }} WatchedTally growth in MiB; `died`
 * says what ended a campaign before its end
 */

/** @typedef {{ name: string, count: number, seed: number, current: Int32Array }} Orders */

if (isMainThread) {
  await watch();
} else {
  const { name, count, seed, current } = /** @type {Orders} */ (workerData);
  const reader = readers[name];
  if (reader === undefined) throw new Error(`there is no reader ${name}`);
  await campaign(name, reader, { seed, count: 20 });
  const before = process.resourceUsage().maxRSS;
  const tally = await campaign(name, reader, {
    seed,
    count,
    before: (mutant) => Atomics.store(current, 0, mutant),
  });
  const peakMemoryGrowth = Math.round((process.resourceUsage().maxRSS - before) / 1024);
  /** @type {WatchedTally} */
  const watched = { ...tally, peakMemoryGrowth };
  parentPort?.postMessage(watched);
}

async function watch() {
  const [name = '', count, seed] = process.argv.slice(2);
  const current = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  /** @type {Orders} */
  const orders = { name, count: Number(count), seed: Number(seed), current };
  const worker = new Worker(new URL(import.meta.url), {
    workerData: orders,
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMegabytes },
  });
  const ended = new Promise((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (error) => {
      resolve(died(Atomics.load(current, 0), String(error)));
    });
    worker.once('exit', (code) => {
      resolve(died(Atomics.load(current, 0), `exit code ${code}`));
    });
    let last = -1;
    let since = performance.now();
    setInterval(() => {
      const mutant = Atomics.load(current, 0);
      if (mutant !== last) [last, since] = [mutant, performance.now()];
      else if (performance.now() - since > hangMilliseconds && mutant >= 0) {
        resolve(died(mutant, `hangs for more than ${hangMilliseconds} ms`));
      }
    }, 100).unref();
  });
  // Written at once: what hangs in the other thread must not keep the process alive.
  writeSync(1, JSON.stringify(await ended));
  process.exit();
}

/**
 * @param {number} mutant
 * @param {string} problem
 * @returns {WatchedTally}
 */
function died(mutant, problem) {
  return {
    inputs: mutant + 1,
    accepted: 0,
    refused: 0,
    slowest: { mutant, milliseconds: 0 },
    failures: [{ mutant, problem }],
    peakMemoryGrowth: 0,
    died: problem,
  };
}
