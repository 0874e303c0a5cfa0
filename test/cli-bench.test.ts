import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DOMParser } from '@xmldom/xmldom';
import { afterAll, describe, expect, it } from 'vitest';
import { dltrain, repository, temporaryFolder } from './support/command.js';

const folder = temporaryFolder();
const cwd = folder.path;
const iris = path.join(repository, 'examples', 'iris.yaml');
const bench = ['bench', iris, '--steps', '8'];

afterAll(() => {
  folder.remove();
});

interface Result {
  readonly workers: number;
  readonly batch_size: number;
  readonly step_ms: number;
  readonly phases_ms: Readonly<Record<string, number>>;
  readonly ranks: readonly Pick<Result, 'step_ms' | 'phases_ms'>[];
  readonly rounds: readonly { readonly weights_sha256: string }[];
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
}

/** A model that fails at the larger of two batches, whose four leaves have two samples each. */
const noPairs = `
import { isMainThread } from 'node:worker_threads';
import { nn } from '${pathToFileURL(path.join(repository, 'apps/dltrain/dist/index.js')).href}';
export class NoPairs extends nn.Module {
  linear = new nn.Linear(4, 3);
  forward(x) {
    if (!isMainThread && x.shape[0] > 1) throw new Error('two samples in a leaf');
    return this.linear.forward(x);
  }
}`;

/** Reads what must be one JSON object. */
function resultsOf(stdout: string): Result[] {
  expect(stdout.trimEnd()).not.toContain('\n');
  return (JSON.parse(stdout) as { readonly results: Result[] }).results;
}

/** Every event of a lane lies inside of the ones that are open when it begins, or after them. */
function expectNested(lane: readonly TraceEvent[]): void {
  const open: number[] = [];
  // Times are whole nanoseconds, but written in microseconds.
  const rounding = 1e-4;
  for (const { ts, dur } of lane) {
    while ((open.at(-1) ?? Infinity) <= ts + rounding) open.pop();
    expect(dur).toBeGreaterThanOrEqual(0);
    expect(ts + dur).toBeLessThanOrEqual((open.at(-1) ?? Infinity) + rounding);
    open.push(ts + dur);
  }
}

describe('dltrain bench', () => {
  it('compares workers, says where the time goes, draws and traces it', async () => {
    const files = ['--svg', 'scaling.svg', '--trace', 'trace.json'];
    const words = [...bench, '--workers', '2,1,2', '--rounds', '2', '--json', ...files];
    const { code, stdout, stderr } = await dltrain(words, { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain('round 2/2, 2 workers, batch 32\nwrote scaling.svg\n');
    expect(JSON.parse(stdout)).toMatchObject({
      event: 'bench',
      scaling: 'strong',
      stopped: false,
      equal_weights: true,
    });
    const results = resultsOf(stdout);
    expect(results).toMatchObject([
      { workers: 1, batch_size: 32, speed_up: 1, efficiency: 1, ranks: [{}] },
      { workers: 2, batch_size: 32, ranks: [{}, {}] },
    ]);
    const hashes = results.flatMap(({ rounds }) => rounds.map((round) => round.weights_sha256));
    expect(hashes).toHaveLength(4);
    expect(new Set(hashes).size).toBe(1);
    for (const times of [...results, ...results.flatMap(({ ranks }) => ranks)]) {
      const sum = Object.values(times.phases_ms).reduce((all, ms) => all + ms, 0);
      expect(sum / times.step_ms).toBeCloseTo(1, 6);
    }
    const svg = readFileSync(path.join(cwd, 'scaling.svg'), 'utf8');
    expect(new DOMParser().parseFromString(svg, 'image/svg+xml').getElementsByTagName('circle'))
      // A point for each worker count.
      .toHaveLength(2);

    const { traceEvents } = JSON.parse(readFileSync(path.join(cwd, 'trace.json'), 'utf8')) as {
      readonly traceEvents: TraceEvent[];
    };
    const spans = traceEvents.filter(({ ph }) => ph === 'X');
    for (const { workers: ranks } of results) {
      // Groups are in the order of the results.
      const pid = ranks;
      // The lane of the commits comes before those of the ranks.
      for (let tid = 0; tid <= ranks; tid++) {
        const lane = spans.filter((span) => span.pid === pid && span.tid === tid);
        expectNested(lane);
        const steps = lane.filter(({ name }) => name.includes('step'));
        expect(steps.map(({ name }) => name.replace('commit of ', ''))).toEqual(
          [12, 13, 14, 15, 16].map((step) => `step ${step}`),
        );
      }
    }
  });

  it('lets batches grow with workers, and prints tables', async () => {
    const words = [...bench, '--workers', '1,2', '--batch', '8,16', '--weak', '--rounds', '1'];
    const { code, stdout } = await dltrain(words, { cwd });
    expect(code).toBe(0);
    const rows = [...stdout.matchAll(/^ +(\d+)\*? +(\d+) /gm)].map(([, ...cells]) => cells.join());
    // Once with speeds, once with times.
    const settings = ['1,8', '2,16', '1,16', '2,32'];
    expect(rows).toEqual([...settings, ...settings]);
    expect(stdout).toContain('weak scaling; medians of 1 interleaved rounds of 8 steps');
    expect(stdout.match(/the same weights every time/g)).toHaveLength(3);
  });

  it('measures more workers than cores, and marks them', async () => {
    const many = availableParallelism() + 1;
    const words = [...bench, '--workers', `1,${many}`, '--rounds', '1', '--json'];
    const { code, stdout } = await dltrain(words, { cwd });
    expect(code).toBe(0);
    expect(resultsOf(stdout)).toMatchObject([
      { workers: 1, beyond_cores: false },
      { workers: many, beyond_cores: true },
    ]);
  });

  it('refuses a batch of more samples than there are', async () => {
    const words = [...bench, '--workers', '1,8', '--batch', '20', '--weak'];
    const { code, stderr } = await dltrain(words, { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('a batch of 160 for 8 workers is more than the 150 training samples');
  });

  it('leaves what was measured when it is stopped', async () => {
    let sent = false;
    const words = [...bench, '--workers', '1', '--rounds', '1000', '--json', '--svg', 'part.svg'];
    const { code, stdout } = await dltrain(words, {
      cwd,
      onStderr: (text, kill) => {
        if (sent || !text.includes('round 3/')) return;
        sent = true;
        kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ stopped: true, rounds: 1000, equal_weights: true });
    expect(resultsOf(stdout)[0]?.rounds.length).toBeGreaterThanOrEqual(2);
    expect(readFileSync(path.join(cwd, 'part.svg'), 'utf8')).toContain('</svg>');
  });

  it('leaves what was measured when a run fails', async () => {
    const lines = [
      `data: {train: {type: csv, path: '${repository}/examples/iris.csv', target: species, target_type: class}}`,
      "model: {module: './no-pairs.js', export: NoPairs}",
      'loss: cross_entropy',
      'optimizer: {type: adam, lr: 0.01}',
      'trainer: {batch_size: 8}',
    ];
    writeFileSync(path.join(cwd, 'fails.yaml'), lines.join('\n'));
    writeFileSync(path.join(cwd, 'no-pairs.js'), noPairs);
    const words = ['bench', 'fails.yaml', '--steps', '8', '--rounds', '1', '--json'];
    words.push('--workers', '1', '--batch', '4,8');
    const { code, stdout, stderr } = await dltrain(words, { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('rank 0 failed with Error: two samples in a leaf');
    expect(JSON.parse(stdout)).toMatchObject({ stopped: true, results: [{ batch_size: 4 }] });
  });

  it('refuses a file where none can be before anything is measured', async () => {
    const words = [...bench, '--trace', 'nowhere/trace.json'];
    const { code, stdout, stderr } = await dltrain(words, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('its folder does not exist');
    expect(stderr).not.toContain('round');
  });
});
