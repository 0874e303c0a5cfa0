import { AsyncLocalStorage } from 'node:async_hooks';

/** What keeps streams apart that share a seed: it goes into the key beside the seed. */
export type RandomDomain = 'library' | 'init' | 'shuffle' | 'split' | 'step' | 'leaf';

const domains: Readonly<Record<RandomDomain, number>> = {
  library: 0,
  init: 0x9e3779b9,
  shuffle: 0x3c6ef372,
  split: 0xdaa66d2b,
  step: 0x78dde6e4,
  leaf: 0x1715609d,
};

/** Key of the counter-based generator: the seed's low word, and its high word with the domain. */
export function randomKey(seed: number, domain: RandomDomain): [number, number] {
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  return [seed >>> 0, (high ^ domains[domain]) >>> 0];
}

/** One call's place in the random numbers: key (k0, k1) and counter words c1, c2, c3. */
export type RandomCall = readonly [k0: number, k1: number, c1: number, c2: number, c3: number];

/**
 * Where this thread is in its random numbers. Each call takes the next index; (step, leaf) tell the
 * calls of one training step from those of another, so that a leaf draws the same whoever runs it.
 */
export class RandomState {
  private seed = 0;
  private domain: RandomDomain = 'library';
  private step = 0;
  private leaf = 0;
  private calls = 0;
  private scalarCalls = 0;

  /** Starts the sequence of a seed from its first call. */
  reset(seed: number, domain: RandomDomain = 'library', step = 0, leaf = 0): void {
    this.seed = seed;
    this.domain = domain;
    this.step = step;
    this.leaf = leaf;
    this.calls = 0;
    this.scalarCalls = 0;
  }

  /** A copy, from which the same numbers can be drawn once more. */
  fork(): RandomState {
    return Object.assign(new RandomState(), this);
  }

  /** The numbers of the next call for tensors: different for every leaf. */
  nextCall(): RandomCall {
    return [...randomKey(this.seed, this.domain), this.calls++, this.step, this.leaf];
  }

  /** The numbers of the next call for control flow: the same for every leaf of a step. */
  nextScalarCall(): RandomCall {
    return [...randomKey(this.seed, 'step'), this.scalarCalls++, this.step, 0];
  }
}

/**
 * The random numbers of work that has its own, behind each of its awaits, too: what else the thread does
 * meanwhile draws others.
 */
export const ownRandom = new AsyncLocalStorage<RandomState>();
