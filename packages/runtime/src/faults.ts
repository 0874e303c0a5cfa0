import { describeValue } from '@dltrain/core';
import { phases, type Phase } from './control-block.js';
import { OptionsError } from './errors.js';

/** What can be made to happen to a rank where it enters a phase. */
export const faultKinds = [
  'throw', // a TypeError
  'trap', // of WebAssembly
  'exit', // of the thread
  'out-of-memory', // of the thread's JavaScript heap
  'hang', // for ever
  'slow', // for 100 ms
  'kill', // SIGKILL to the whole process
] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * A fault to provoke: once in a run, at the first time that a rank enters the phase in that step. The phase
 * `commit` begins between the record of a step and the store that makes it count, and is that of whichever
 * rank arrives last.
 */
export interface Fault {
  readonly rank: number;
  readonly phase: Phase;
  /**
   * Counts from 1. In the phases outside of steps (`start-up`, `idle`, `evaluation`, `snapshot`) the number
   * of steps that are done; left out, the first time at all.
   */
  readonly step?: number;
  readonly kind: FaultKind;
}

/** Phases that belong to no step: nobody is called back from the first two. */
export const restingPhases: ReadonlySet<Phase> = new Set(['start-up', 'idle']);
export const phasesOutsideSteps: ReadonlySet<Phase> = new Set([
  ...restingPhases,
  'evaluation',
  'snapshot',
]);

/** @throws OptionsError for a fault that could never happen */
export function checkFaults(faults: readonly Fault[], workers: number): void {
  // Callers in JavaScript have no types that hold them to this.
  faults.forEach((fault, i) => {
    const fail = (name: keyof Fault, must: string): never => {
      const message = `faults[${i}].${name} must be ${must}, not ${describeValue(fault[name])}`;
      throw new OptionsError(['faults', i, name], message);
    };
    const { rank, phase, step, kind } = fault;
    if (!faultKinds.includes(kind)) fail('kind', `one of ${faultKinds.join(', ')}`);
    if (!phases.includes(phase)) fail('phase', `one of ${phases.join(', ')}`);
    if (!(Number.isInteger(rank) && rank >= 0 && rank < workers)) {
      fail('rank', `the number of one of the ${workers} workers, from 0`);
    }
    const isMissing = step === undefined && !phasesOutsideSteps.has(phase);
    if (isMissing) fail('step', `given, because the phase ${phase} is one of a step`);
    if (step !== undefined && !(Number.isSafeInteger(step) && step >= 1)) {
      fail('step', 'a whole number of 1 or more');
    }
  });
}
