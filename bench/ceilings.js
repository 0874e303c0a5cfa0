/**
 * What this machine can do at best, measured in the same rounds as what is compared with it: machines
 * are shared, and their ceilings move from minute to minute.
 */
import { KernelRoom } from './kernel-room.js';
import { timed } from './micro.js';
import { timeCall } from './peers/pytorch.js';
import { summarize } from './statistics.js';
import { digits } from './table.js';
import { rateOf } from './work.js';

/** Large enough for the best that a GEMM can do; the smaller one is less often interrupted. */
const gemmSizes = [512, 1024];
/** Numbers in each of the three arrays: more than any cache holds. */
const triadLength = 2 ** 24;
const triadWork = { bytes: 3 * triadLength * Float32Array.BYTES_PER_ELEMENT };
const roomBytes = 2 ** 28 + 2 ** 26;

/**
 * @typedef {object} Ceiling
 * @property {string} name
 * @property {string} who what it is the ceiling of, whatever the size
 * @property {number} threads
 * @property {import('./work.js').Work} work
 * @property {() => import('./statistics.js').Contender} contender
 *
 * @typedef {ReadonlyMap<string, import('./statistics.js').Summary>} Results
 */

export class Ceilings {
  /** @param {readonly Ceiling[]} all */
  constructor(all) {
    this.all = all;
  }

  /**
   * Those of one thread, and on request of two: to be measured in turns with what they limit.
   *
   * @param {number} [threads] the most
   */
  contenders(threads = 1) {
    return this.all.filter((one) => one.threads <= threads).map(({ contender }) => contender());
  }

  /**
   * The least time for so much arithmetic on so many threads, in each round: by the GEMM that was
   * fastest. Two threads count twice as much as one where nobody has measured them.
   *
   * @param {Results} results
   * @param {number} flops
   * @param {number} [threads]
   * @returns {import('./statistics.js').Summary | null}
   */
  floor(results, flops, threads = 1) {
    const best = this.#best(results, threads) ?? this.#best(results, 1);
    if (best === null) return null;
    const scale = flops / (best.flops * (threads / best.threads));
    return summarize(best.ms.rounds.map((ms) => ms * scale));
  }

  /** @param {Results} results @param {number} threads */
  #best(results, threads) {
    const gemms = this.all.flatMap((one) => {
      const ms = results.get(one.name);
      const { flops } = one.work;
      const fits = one.threads === threads && flops !== undefined && ms !== undefined;
      return fits ? [{ threads, flops, ms, speed: flops / ms.median }] : [];
    });
    return gemms.sort((a, b) => b.speed - a.speed)[0] ?? null;
  }

  /**
   * @param {Results} results
   * @returns {import('./suite.js').Measurement[]}
   */
  measurements(results) {
    return this.all.flatMap(({ name, work }) => {
      const ms = results.get(name);
      return ms === undefined ? [] : [{ name, ms, ...rateOf(work, ms.median) }];
    });
  }

  /**
   * The best of each kind, as notes under a table.
   *
   * @param {Results} results
   */
  notes(results) {
    return ['GFLOP/s', 'GB/s'].flatMap((unit) => {
      /** @type {Map<string, number>} */
      const best = new Map();
      for (const { name, who, work } of this.all) {
        const ms = results.get(name);
        if (ms === undefined || rateOf(work, 1).unit !== unit) continue;
        best.set(who, Math.max(best.get(who) ?? 0, rateOf(work, ms.median).rate));
      }
      const list = [...best].map(([who, rate]) => `${who} ${digits(rate)}`);
      return list.length === 0 ? [] : [`ceilings in the same rounds, ${unit}: ${list.join(', ')}`];
    });
  }
}

/**
 * @param {Pick<import('./suite.js').Context, 'compiled' | 'timing' | 'pytorch'>} context
 * @returns {Promise<Ceilings>}
 */
export async function prepareCeilings({ compiled, timing, pytorch }) {
  const rooms = Object.values(compiled).map((kernels) => new KernelRoom(kernels, roomBytes));
  const ours = rooms.flatMap((room) =>
    gemmSizes.map((size) => {
      const who = `dltrain ${room.compiled.variant}`;
      return ceiling(`${size}^3 GEMM`, who, gemmWork(size), gemm(room, size), timing);
    }),
  );
  const sums = rooms.slice(0, 1).map((room) => {
    const call = pass(room, triadWork.bytes);
    return ceiling('memory', 'c = a + b of dltrain', triadWork, call, timing);
  });
  return new Ceilings([...ours, ...sums, ...(await pytorchCeilings({ timing, pytorch }))]);
}

/**
 * @param {string} what
 * @param {string} who
 * @param {import('./work.js').Work} work
 * @param {() => unknown} call
 * @param {import('./micro.js').Timing} timing
 * @returns {Ceiling}
 */
function ceiling(what, who, work, call, timing) {
  const name = `ceiling: ${what}, ${who}, 1 thread`;
  return { name, who, threads: 1, work, contender: () => timed(name, call, timing) };
}

/** @param {number} size */
function gemmWork(size) {
  return { flops: 2 * size ** 3 };
}

/**
 * @param {KernelRoom} room
 * @param {number} size
 */
function gemm(room, size) {
  const [a, b, c] = [room.floats(size ** 2), room.floats(size ** 2), room.floats(size ** 2)];
  const multiply = room.kernel('gemm_f32');
  return () => multiply(c, a, b, 0, size, size, size, 0, 0, 0);
}

/**
 * A pass over memory that moves so many bytes: the sum of two arrays.
 *
 * @param {KernelRoom} room
 * @param {number} bytes
 */
export function pass(room, bytes) {
  const length = Math.max(1, Math.round(bytes / (3 * Float32Array.BYTES_PER_ELEMENT)));
  const [a, b, c] = [room.floats(length), room.floats(length), room.floats(length)];
  const add = room.kernel('add_f32');
  return () => add(c, a, b, length, 0);
}

/**
 * @param {Pick<import('./suite.js').Context, 'timing' | 'pytorch'>} context
 * @returns {Promise<Ceiling[]>}
 */
async function pytorchCeilings({ timing, pytorch }) {
  const flat = `torch.randn(${triadLength})`;
  const calls = [
    ...gemmSizes.map((size) => {
      const square = `torch.randn(${size}, ${size})`;
      return {
        what: `${size}^3 GEMM`,
        who: "PyTorch's BLAS",
        work: gemmWork(size),
        setup: `a, b, c = ${square}, ${square}, ${square}`,
        call: 'torch.mm(a, b, out=c)',
      };
    }),
    {
      what: 'memory',
      who: "PyTorch's triad",
      work: triadWork,
      setup: `a, b, c = ${flat}, ${flat}, ${flat}`,
      call: 'torch.add(a, b, alpha=0.5, out=c)',
    },
  ];
  /** @type {Ceiling[]} */
  const ceilings = [];
  for (const threads of [1, 2]) {
    const peer = await pytorch(threads);
    if (peer === null) return [];
    for (const { what, work, setup, call, ...one } of calls) {
      const who = threads === 1 ? one.who : `${one.who} on ${threads} threads`;
      const name = `ceiling: ${what}, ${one.who}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
      const measure = () => timeCall(peer, { setup, call }, timing.ms);
      ceilings.push({ name, who, threads, work, contender: () => ({ name, measure }) });
    }
  }
  return ceilings;
}
