import { faultKinds, phases, type Fault } from '@dltrain/runtime';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { survivalRun, survive, surviveFault, type Survived } from '../support/faulted-run.js';
import { isSecondNode } from '../support/second-node.js';

const outsideSteps = ['start-up', 'idle', 'evaluation'];
/** Nothing survives being killed, and a run without checkpoints takes no snapshots. */
const kinds = faultKinds.filter((kind) => kind !== 'kill');
const reached = phases.filter((phase) => phase !== 'snapshot');
/** One for each phase at least. */
const runs = isSecondNode ? 12 : 16;

let undisturbed: Survived;
beforeAll(async () => {
  undisturbed = await survive(survivalRun(1));
});

/** Each kind and each phase comes up, in pairs that the seed draws. */
const faults = fc
  .sample(
    fc.tuple(
      fc.shuffledSubarray(reached, { minLength: reached.length }),
      fc.shuffledSubarray(kinds, { minLength: kinds.length }),
      fc.array(fc.tuple(fc.integer({ min: 2, max: 3 }), fc.nat(), fc.integer({ min: 1, max: 6 })), {
        minLength: runs,
        maxLength: runs,
      }),
    ),
    // Other pairs under the other Node.
    { seed: isSecondNode ? 2027 : 2026, numRuns: 1 },
  )
  .flatMap(([phaseOrder, kindOrder, draws]) =>
    draws.map(([workers, draw, step], i): [number, Fault] => {
      const phase = phaseOrder[i % phaseOrder.length] ?? 'forward';
      const kind = kindOrder[i % kindOrder.length] ?? 'throw';
      const place = outsideSteps.includes(phase) ? {} : { step };
      return [workers, { rank: draw % workers, phase, kind, ...place }];
    }),
  );

describe('a fault', () => {
  it.each(faults)(
    'of one of %i workers, %o, changes no bit and no event',
    async (workers, fault) => {
      const run = await surviveFault(fault, workers);
      expect(run.recoveryMs).toHaveLength(fault.kind === 'slow' ? 0 : 1);
      expect(run.weightsSha256).toBe(undisturbed.weightsSha256);
      expect(run.stepEvents).toEqual(undisturbed.stepEvents);
      expect(run.others).toEqual(undisturbed.others);
    },
  );
});
