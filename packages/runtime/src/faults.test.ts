import { describe, expect, it } from 'vitest';
import { OptionsError } from './errors.js';
import { checkFaults, type Fault } from './faults.js';

const fault: Fault = { rank: 1, phase: 'forward', step: 3, kind: 'throw' };

describe('checkFaults', () => {
  it('takes faults of phases with and without a step', () => {
    checkFaults([fault, { rank: 0, phase: 'evaluation', kind: 'hang' }], 2);
    checkFaults([{ rank: 0, phase: 'snapshot', step: 4, kind: 'exit' }], 1);
  });

  it.each<[Partial<Record<keyof Fault, unknown>>, string, RegExp]>([
    [{ rank: 2 }, 'rank', /^faults\[1\]\.rank must be the number of one of the 2 workers.*not 2$/],
    [{ rank: -1 }, 'rank', /not -1$/],
    [{ rank: 0.5 }, 'rank', /not 0\.5$/],
    [{ kind: 'explode' }, 'kind', /one of throw, trap, .*not 'explode'$/],
    [{ phase: 'foward' }, 'phase', /one of start-up, .*not 'foward'$/],
    [{ step: 0 }, 'step', /1 or more, not 0$/],
    [{ step: 1.5 }, 'step', /not 1\.5$/],
    [{ step: undefined }, 'step', /phase forward is one of a step, not undefined$/],
  ])('refuses %o', (change, name, message) => {
    const check = () => {
      checkFaults([fault, { ...fault, ...change } as Fault], 2);
    };
    expect(check).toThrow(OptionsError);
    expect(check).toThrow(message);
    expect(check).toThrow(expect.objectContaining({ path: ['faults', 1, name] }));
  });
});
