import { describe, expect, it } from 'vitest';
import { Ceilings } from '../ceilings.js';
import { summarize } from '../statistics.js';
import { largeMlp } from '../workloads/mlp.js';
import { stepFlops } from '../workloads/workload.js';
import { reportSteps } from './step-report.js';

const flops = stepFlops(largeMlp);

/**
 * @param {string} name
 * @param {number} threads
 */
function contender(name, threads) {
  return {
    ...{ name, threads, about: { version: name }, startUpMs: 1 },
    time: () => Promise.resolve(1),
    fingerprint: () => 0.5,
    peakBytes: () => Promise.resolve(1),
    close: () => Promise.resolve(),
  };
}

/** @param {number} workers */
function own(workers) {
  const mode = /** @type {const} */ ('exact');
  return { node: 'node', mode, workers, contender: contender(`ours ${workers}`, workers) };
}

const gemm = { name: 'gemm', who: 'gemm', threads: 1, work: { flops } };
const ceilings = new Ceilings([{ ...gemm, contender: () => ({ name: 'gemm', measure: () => 1 }) }]);
const distance = { notes: () => ['the cores are near'], measurements: () => [] };
// The second round was slower for everybody.
const results = new Map(
  Object.entries({
    'ours 1': [4, 8, 4],
    'ours 2': [2, 4, 2],
    peer: [5, 10, 5],
    gemm: [2, 4, 2],
  }).map(([name, rounds]) => [name, summarize(rounds)]),
);

describe('reportSteps', () => {
  const field = { ours: [own(1), own(2)], peers: [contender('peer', 1)] };
  const report = reportSteps(largeMlp, field, results, { ceilings, distance });

  it('compares with the floor on as many threads, with peers, and among workers', () => {
    const medians = Object.fromEntries(
      report.ratios.map(({ name, value }) => [name, value.rounds]),
    );
    expect(medians).toEqual({
      'ours 1 / the floor': [2, 2, 2],
      'ours 2 / the floor': [2, 2, 2],
      'peer / the floor': [2.5, 2.5, 2.5],
      'ours 1 / peer': [0.8, 0.8, 0.8],
      'ours 2 / peer': [0.4, 0.4, 0.4],
      'ours 1 / ours 2': [2, 2, 2],
    });
  });

  it('tells the arithmetic per second', () => {
    const [first] = report.measurements;
    expect(first?.rate).toBeCloseTo(flops / 4e6);
  });

  it('says who has taken part', () => {
    expect(report.contenders).toMatchObject({ peer: { version: 'peer' } });
  });

  it('says whether our exact runs agree', () => {
    const notes = report.tables.flatMap((table) => table.notes ?? []);
    expect(notes.join('\n')).toContain('the same loss so far: yes');
    expect(notes).toContain('the cores are near');
  });
});
