import type { Phase } from './control-block.js';

/** What can be made to happen to a rank where it enters a phase. */
export type FaultKind =
  | 'throw' // a TypeError
  | 'trap' // of WebAssembly
  | 'exit' // of the thread
  | 'out-of-memory' // of the thread's JavaScript heap
  | 'hang' // for ever
  | 'slow' // for 100 ms
  | 'kill'; // SIGKILL to the whole process

/**
 * A fault to provoke: once, at the first time that a rank enters the phase in that step (or, in phases that
 * belong to no step, at all).
 */
export interface Fault {
  readonly rank: number;
  readonly phase: Phase;
  /** Counts from 1; left out for the phases outside of steps. */
  readonly step?: number;
  readonly kind: FaultKind;
}
