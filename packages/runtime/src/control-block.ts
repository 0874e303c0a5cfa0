import { AbortedError } from './errors.js';

/**
 * The words that the main thread and the ranks share, and who writes them. Every word is read and
 * written with Atomics, which order all other memory around them: what a rank wrote to plain memory
 * before it arrives at a barrier is seen by every rank that leaves it.
 */
const words = {
  /**
   * Steps committed; whether it is odd says which generation is in force, so that one store commits
   * a step. Written by the last to arrive.
   */
  steps: 0,
  /** 1 while ranks shall leave what they do: every wait ends with an AbortedError. Main thread. */
  abort: 1,
  /**
   * What is asked of ranks after the step in flight: to go on (0), to leave the segment, which goes on
   * later (1), or to end, which leaves an evaluation, too (2). Main thread.
   */
  stopRequest: 2,
  /** The request as all ranks agreed on it at the end of a step; written by the last to arrive. */
  stop: 3,
  /** Ranks that have arrived at the barrier, and how often it has opened. */
  arrived: 4,
  opened: 5,
  /** 1 + index of the first parameter whose reduced gradient is not finite, or 0. Any rank. */
  nonFinite: 6,
  /** 1 + the first leaf with such a gradient, or 0. Any rank. */
  nonFiniteLeaf: 7,
  /** Steps whose records the main thread has read from the step log. */
  logRead: 8,
} as const;

export type ControlWord = keyof typeof words;

const sharedWords = 16;
/** Words of each rank: its phase, its step, its leaf, and a count that moves while it works. */
const rankWords = { phase: 0, step: 1, leaf: 2, heartbeat: 3 } as const;
const rankStride = 16; // a cache line each, so that heartbeats do not disturb one another

/** What a rank can be doing, in the order of a step. */
export const phases = [
  'start-up',
  'idle',
  'packing',
  'forward',
  'backward',
  'merging',
  'waiting',
  'reduction',
  'update',
  'commit',
  'evaluation',
  'snapshot',
] as const;
export type Phase = (typeof phases)[number];

export function controlBlockBytes(workers: number): number {
  return (sharedWords + workers * rankStride) * Int32Array.BYTES_PER_ELEMENT;
}

/** The values of `stopRequest`. */
export const requests = { goOn: 0, pause: 1, stop: 2 } as const;

/** The shared words, by name. */
export class ControlBlock {
  private readonly cells: Int32Array;

  constructor(
    buffer: ArrayBufferLike,
    address: number,
    readonly workers: number,
  ) {
    this.cells = new Int32Array(buffer, address, sharedWords + workers * rankStride);
  }

  /** Sets every word to 0: once, before the ranks start. */
  clear(): void {
    for (let cell = 0; cell < this.cells.length; cell++) Atomics.store(this.cells, cell, 0);
  }

  /**
   * Takes back what a step that was not committed has left in the shared words, so that it can be done
   * again. Only while no rank is at work.
   * @param replaced the ranks whose threads are new
   */
  restart(replaced: readonly number[]): void {
    for (const rank of replaced) {
      const base = sharedWords + rank * rankStride;
      for (const word of Object.values(rankWords)) Atomics.store(this.cells, base + word, 0);
    }
    for (const word of ['arrived', 'stop', 'nonFinite', 'nonFiniteLeaf', 'abort'] as const) {
      this.set(word, 0);
    }
  }

  /** Lets the run go on after so many steps, before any rank trains. */
  beginAt(steps: number): void {
    this.set('logRead', steps);
    this.set('steps', steps);
  }

  get(word: ControlWord): number {
    return Atomics.load(this.cells, words[word]);
  }

  set(word: ControlWord, value: number): void {
    Atomics.store(this.cells, words[word], value);
  }

  /** Adds to a word; returns what it held before. */
  add(word: ControlWord, value: number): number {
    return Atomics.add(this.cells, words[word], value);
  }

  /** Which of the two generations of parameters and states is in force. */
  get generation(): 0 | 1 {
    return this.get('steps') % 2 === 0 ? 0 : 1;
  }

  /** Lowers a word to `value`, or sets it when it holds 0. */
  setLowest(word: ControlWord, value: number): void {
    for (let held = this.get(word); held === 0 || held > value; held = this.get(word)) {
      if (Atomics.compareExchange(this.cells, words[word], held, value) === held) return;
    }
  }

  /** Sleeps until the word no longer holds `value`, or for `timeoutMs`. */
  wait(word: ControlWord, value: number, timeoutMs: number): void {
    Atomics.wait(this.cells, words[word], value, timeoutMs);
  }

  /** Wakes all that sleep on a word. */
  wake(word: ControlWord): void {
    Atomics.notify(this.cells, words[word]);
  }

  /** Calls all ranks back from what they do: nobody waits any longer. */
  abort(): void {
    this.set('abort', 1);
    this.wake('opened');
    this.wake('logRead');
  }

  /** @throws AbortedError while ranks are called back */
  checkAbort(): void {
    if (this.get('abort') !== 0) throw new AbortedError('the step was ended by another thread');
  }

  /** Tells the others what this rank does now. */
  enter(rank: number, phase: Phase, step?: number, leaf?: number): void {
    const base = sharedWords + rank * rankStride;
    Atomics.store(this.cells, base + rankWords.phase, phases.indexOf(phase));
    if (step !== undefined) Atomics.store(this.cells, base + rankWords.step, step);
    if (leaf !== undefined) Atomics.store(this.cells, base + rankWords.leaf, leaf);
    Atomics.add(this.cells, base + rankWords.heartbeat, 1);
  }

  /** Tells the watchdog that a rank that waits is alive. */
  beat(rank: number): void {
    Atomics.add(this.cells, sharedWords + rank * rankStride + rankWords.heartbeat, 1);
  }

  /** What a rank does, and a count that stands still when it does not get on. */
  rank(rank: number): { phase: Phase; step: number; leaf: number; heartbeat: number } {
    const base = sharedWords + rank * rankStride;
    const word = (name: keyof typeof rankWords) => Atomics.load(this.cells, base + rankWords[name]);
    return {
      phase: phases[word('phase')] ?? 'start-up',
      step: word('step'),
      leaf: word('leaf'),
      heartbeat: word('heartbeat'),
    };
  }
}
