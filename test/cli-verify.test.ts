import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { dltrain, repository, temporaryFolder } from './support/command.js';
import { nodesAtHand } from './support/nodes.js';

const folder = temporaryFolder();
const cwd = folder.path;
const library = pathToFileURL(path.join(repository, 'apps/dltrain/dist/index.js')).href;
// Without a Node on the PATH, a test runs on the one that runs it and on the pinned one alone.
const env = { PATH: path.join(cwd, 'empty') };

const data = `data: {train: {type: csv, path: '${repository}/examples/iris.csv', target: species, target_type: class}}`;
const tiny = [
  data,
  'model: {input: [4], layers: [{type: linear, out_features: 8}, tanh, {type: linear, out_features: 3}]}',
  'loss: cross_entropy',
  'optimizer: {type: adam, lr: 0.01}',
  'scheduler: cosine',
  'trainer: {batch_size: 16, max_epochs: 1}',
];
writeFileSync(path.join(cwd, 'tiny.yaml'), tiny.join('\n'));

/** Computes the same in every process for two steps, and then what depends on the process. */
const fickle = `
import { isMainThread } from 'node:worker_threads';
import { nn } from '${library}';
process.send?.(null);
process.send?.('what is no message');
// Only where it could be taken for one.
if (process.send) console.log('what is no result');
export class Fickle extends nn.Module {
  first = new nn.Linear(4, 8);
  second = new nn.Linear(8, 3);
  calls = 0;
  forward(x) {
    const hidden = this.first.forward(x);
    if (!isMainThread) this.calls += 1;
    const odd = this.calls > 2 ? 1 + process.pid / 2 ** 20 : 1;
    return this.second.forward(hidden).mul(odd);
  }
}`;
writeFileSync(path.join(cwd, 'fickle.js'), fickle);
const fickleConfig = [
  data,
  "model: {module: './fickle.js', export: Fickle}",
  ...tiny.slice(2),
  // One call a step, in whichever rank has the leaf.
  'parallel: {shards: 1}',
];
writeFileSync(path.join(cwd, 'fickle.yaml'), fickleConfig.join('\n'));

const failing = fickle.replace(
  'return',
  "if (this.calls > 2) throw new Error('no more');\n    return",
);
writeFileSync(path.join(cwd, 'failing.js'), failing);
writeFileSync(
  path.join(cwd, 'failing.yaml'),
  fickleConfig.join('\n').replace('fickle.js', 'failing.js'),
);

afterAll(() => {
  folder.remove();
});

/** The versions of the Nodes that it finds by itself. */
const installed = nodesAtHand();
const versions = installed.map(({ version }) => version);

interface Report {
  readonly all_agree: boolean;
  readonly stopped: boolean;
  readonly runs: readonly {
    readonly node: string;
    readonly workers: number;
    readonly weights_sha256: readonly string[];
    readonly agrees: boolean;
    readonly failure: string | null;
  }[];
}

/** Reads what must be one JSON object. */
function reportOf(stdout: string): Report {
  expect(stdout.trimEnd()).not.toContain('\n');
  return JSON.parse(stdout) as Report;
}

/** For tests that start many processes, on a machine that has other things to do. */
const patience = 180_000;

describe('dltrain verify', () => {
  /** The weights of the whole run, step by step. */
  let whole: readonly string[] = [];

  it(
    'finds the same weights after every step, on every Node and worker count',
    async () => {
      const files = readdirSync(cwd);
      const words = ['verify', 'tiny.yaml', '--steps', '100', '--json'];
      const { code, stdout, stderr } = await dltrain(words, { cwd, env });
      const { runs, ...report } = reportOf(stdout);
      expect({ code, report }).toMatchObject({
        code: 0,
        report: { event: 'verify', steps: 100, stopped: false, all_agree: true },
      });
      const nodes = new Set(runs.map(({ node }) => node));
      expect([...nodes].sort()).toEqual([...versions].sort());
      expect(runs.map(({ workers }) => workers)).toEqual([...nodes].flatMap(() => [1, 2, 3]));
      whole = runs[0]?.weights_sha256 ?? [];
      for (const run of runs) expect(run.weights_sha256).toEqual(whole);
      expect(stderr).toContain(`run 3/${runs.length}: Node ${process.versions.node}, 3 workers\n`);
      expect(readdirSync(cwd)).toEqual(files);
    },
    patience,
  );

  it('trained the run itself, to its end', async () => {
    const { stdout } = await dltrain(['tiny.yaml', '--run-dir', 'run', '--json'], { cwd, env });
    const [end = ''] = stdout.trimEnd().split('\n').slice(-1);
    expect(new Set(whole).size).toBe(10);
    expect(JSON.parse(end)).toMatchObject({ weights_sha256: whole.at(-1) });
  });

  it('finds the same weights where a worker was killed and replaced', async () => {
    const words = ['verify', 'tiny.yaml', '--steps', '5', '--workers', '2', '--kill', '--json'];
    const { code, stdout } = await dltrain(words, { cwd, env });
    const { runs, ...report } = reportOf(stdout);
    expect({ code, report }).toMatchObject({ code: 0, report: { all_agree: true } });
    const kinds = versions.flatMap(() => [
      { killed: false, replaced_workers: 0 },
      { killed: true, replaced_workers: 1 },
    ]);
    expect(runs).toMatchObject(kinds);
    for (const run of runs) expect(run.weights_sha256).toEqual(whole.slice(0, 5));
  });

  it(
    'names the first step and the tensors that differ',
    async () => {
      const words = ['verify', 'fickle.yaml', '--steps', '4', '--workers', '1,2'];
      const { code, stdout } = await dltrain(words, { cwd, env });
      expect(code).toBe(1);
      expect(stdout).toContain('DIFFERENT WEIGHTS:');
      const where = 'differs from step 3 on, in first.weight, first.bias, second.weight and 1 more';
      expect(stdout).toContain(`  Node ${process.versions.node}, 2 workers: ${where}\n`);
      expect(stdout).toMatch(/^\S+ +1 .* reference$/m);
      expect(stdout).toMatch(/^\S+ +2 .* differs$/m);
    },
    patience,
  );

  it('says which run failed, and why', async () => {
    const words = ['verify', 'failing.yaml', '--steps', '4', '--workers', '1,2', '--json'];
    const { code, stdout } = await dltrain(words, { cwd, env });
    expect(code).toBe(1);
    const { runs, ...report } = reportOf(stdout);
    expect(report).toMatchObject({ all_agree: false, stopped: false, first_difference: null });
    const failure = expect.stringContaining(
      'failed after step 2: rank 0 failed with Error: no more',
    ) as unknown;
    expect(runs[0]).toMatchObject({ workers: 1, agrees: false, failure });
  });

  it('refuses a config or an option that is wrong before anything is trained', async () => {
    const config = await dltrain(['verify', 'tiny.yaml', 'trainer.batch_size=0'], { cwd, env });
    expect(config).toMatchObject({ code: 2, stdout: '' });
    expect(config.stderr).not.toContain('run 1/');
    const node = await dltrain(['verify', 'tiny.yaml', '--node', './none'], { cwd, env });
    expect(node).toMatchObject({ code: 2, stdout: '' });
    expect(node.stderr).toContain('--node ./none is no Node');
  });

  it('refuses a single run, which nothing could be compared with', async () => {
    // The pinned Node finds no other one than itself.
    const node = installed.at(-1)?.path ?? process.execPath;
    const words = ['verify', 'tiny.yaml', '--steps', '2', '--workers', '2', '--json'];
    const { code, stdout, stderr } = await dltrain(words, { cwd, env, node });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/nothing to compare Node \S+, 2 workers with; .*--kill/);
    expect(stderr).not.toContain('run 1/');
  });

  // The Node that hangs is a shell script.
  it.skipIf(process.platform === 'win32')(
    'ends its processes and tells what was compared when it is stopped',
    async () => {
      const pidFile = path.join(cwd, 'pid');
      const hanging = path.join(cwd, 'hanging');
      const lines = ['#!/bin/sh', 'if [ "$1" = --version ]; then echo v99.0.0; exit; fi'];
      lines.push(`echo $$ > '${pidFile}.new'; mv '${pidFile}.new' '${pidFile}'`, 'exec sleep 100');
      writeFileSync(hanging, lines.join('\n'), { mode: 0o755 });
      const begun = new AbortController();
      const words = ['verify', 'tiny.yaml', '--steps', '5', '--workers', '1', '--json'];
      const { code, stdout } = await dltrain([...words, '--node', hanging], {
        cwd,
        env: { PATH: process.env.PATH ?? '' },
        onStderr: (text, kill) => {
          if (begun.signal.aborted || !text.includes('Node 99.0.0')) return;
          begun.abort();
          const waiting = setInterval(() => {
            if (!existsSync(pidFile)) return;
            clearInterval(waiting);
            kill('SIGINT');
          }, 20);
        },
      });
      expect(code).toBe(130);
      const pid = Number(readFileSync(pidFile, 'utf8'));
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      const { runs, ...report } = reportOf(stdout);
      expect(report).toMatchObject({ stopped: true, all_agree: false });
      expect(runs.map(({ node }) => node)).not.toContain('99.0.0');
      // The beginning of the run: its schedule is that of all its steps.
      const beginning = { workers: 1, agrees: true, weights_sha256: whole.slice(0, 5) };
      for (const run of runs) expect(run).toMatchObject(beginning);
      expect(runs.length).toBeGreaterThan(0);
    },
  );
});
