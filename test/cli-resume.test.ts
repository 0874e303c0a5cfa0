import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dltrain, jsonLines, repository, signalAfter, temporaryFolder } from './support/command.js';
import type { CommandOptions, CommandResult } from './support/command.js';
import { isSecondNode } from './support/second-node.js';

const folder = temporaryFolder();
const iris = path.join(repository, 'examples', 'iris.yaml');
let cwd = '';
let count = 0;

beforeEach(() => {
  cwd = path.join(folder.path, String((count += 1)));
  mkdirSync(cwd);
});

afterAll(() => {
  folder.remove();
});

/** Four steps an epoch; a word of progress for each. */
const words = [iris, 'trainer.max_epochs=100', 'early_stopping=null', 'logging.every=1ba'];
function run(given: readonly string[], options: Partial<CommandOptions> = {}) {
  return dltrain(given, { cwd, ...options });
}

function inRun(...names: string[]): string {
  return readFileSync(path.join(cwd, ...names), 'utf8');
}

function weightsOf({ stdout }: CommandResult): string {
  return /sha256 ([0-9a-f]{64})/.exec(stdout)?.[1] ?? stdout;
}

/** The weights of the run that nothing happens to. */
let undisturbed: string;
beforeAll(async () => {
  const whole = path.join(folder.path, 'whole');
  undisturbed = weightsOf(await dltrain([...words, '--run-dir', whole], { cwd: folder.path }));
});

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

describe('a run that was stopped', () => {
  it.each(isSecondNode ? signals.slice(0, 1) : signals)(
    'by %s goes on to the same weights',
    async (signal, expected) => {
      const stopped = await run([...words, '--run-dir', 'net', '--workers', '2'], {
        onStderr: signalAfter(10, signal),
      });
      expect(stopped.code).toBe(expected);
      const goOn = stopped.stderr.trim().split('\n').at(-1) ?? '';
      expect(goOn).toBe(`go on with: dltrain ${words.join(' ')} --workers 2 --resume net`);
      const config = inRun('net', 'config.resolved.yaml');
      const refused = await run([...words, '--run-dir', 'net']);
      expect(refused.stderr).toContain('a run that did not end; add --resume');
      expect(refused.code).toBe(2);

      const resumed = await run([...words, '--resume', 'net', '--workers', '1']);
      expect(resumed.stderr).toMatch(
        /^resumed after step \d+ with 1 worker from net\/checkpoints/m,
      );
      expect(resumed.code).toBe(0);
      expect(weightsOf(resumed)).toBe(undisturbed);
      expect(inRun('net', 'config.resolved.yaml')).toBe(config);
      expect(existsSync(path.join(cwd, 'net', 'env-2.json'))).toBe(true);
      const kinds = jsonLines((await run(['events', 'net'])).stdout).map(({ event }) => event);
      expect(kinds.filter((kind) => kind === 'start' || kind === 'resume')).toEqual([
        'start',
        'resume',
      ]);
      const steps = jsonLines(inRun('net', 'metrics.jsonl')).flatMap(({ event, step }) =>
        event === 'step' ? [step] : [],
      );
      expect(steps).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
    },
  );

  it('is found by its name, and its config too', async () => {
    await run([...words, '--quiet']); // one that ended is not gone on with
    const [ended = ''] = readdirSync(path.join(cwd, 'runs'));
    const stopped = await run(words, { onStderr: signalAfter(10, 'SIGTERM') });
    expect(stopped.code).toBe(143);
    const name = readdirSync(path.join(cwd, 'runs')).find((entry) => entry !== ended) ?? '';
    const resumed = await run([...words, '--resume']);
    expect(resumed.stderr).toMatch(new RegExp(`^going on with runs/${name} from step \\d+\n`));
    expect(weightsOf(resumed)).toBe(undisturbed);
  });

  it('goes on with nothing but its directory named', async () => {
    await run([...words, '--run-dir', 'net'], { onStderr: signalAfter(10, 'SIGTERM') });
    expect(weightsOf(await run(['--resume', 'net']))).toBe(undisturbed);
  });

  it('branches off into a run of its own', async () => {
    await run([...words, '--run-dir', 'net'], { onStderr: signalAfter(10, 'SIGTERM') });
    const before = inRun('net', 'metrics.jsonl');
    const last = path.join('net', 'checkpoints', 'last');
    const branch = await run([...words, '--resume', last, '--run-dir', 'branch']);
    expect(branch.code).toBe(0);
    expect(weightsOf(branch)).toBe(undisturbed);
    expect(inRun('net', 'metrics.jsonl')).toBe(before);
    expect(inRun('branch', 'config.resolved.yaml')).toMatch(/^resume: .*checkpoints\/last/m);
  });

  it('is refused with what differs, and forced to lend its weights', async () => {
    await run([...words, '--run-dir', 'net'], { onStderr: signalAfter(10, 'SIGTERM') });
    const files = readdirSync(path.join(cwd, 'net'));
    const other = [...words, 'optimizer.lr=0.03', '--resume', 'net'];
    const refused = await run(other);
    expect(refused.stderr).toMatch(/^command line, resume="net": error: [^]*0\.03[^]*--force/);
    expect(refused.code).toBe(2);
    expect(readdirSync(path.join(cwd, 'net')).sort()).toEqual(files.sort());
    const forced = await run([...other, '--force']);
    expect(forced.stderr).toMatch(/a new run begins with its weights alone/);
    expect(forced.code).toBe(0);
    const [made = ''] = readdirSync(path.join(cwd, 'runs'));
    expect(inRun('runs', made, 'config.resolved.yaml')).toMatch(
      /^init_from: .*net\/checkpoints\/step-\d+\/model\.safetensors/m,
    );
    const last = path.join('net', 'checkpoints', 'last');
    const byLink = [...words, 'optimizer.lr=0.03', '--resume', last, '--force'];
    const linked = await run([...byLink, '--run-dir', 'linked']);
    expect(linked.stderr).toMatch(
      /^the config is another one than that of net\/checkpoints\/step-/,
    );
    expect(weightsOf(linked)).toBe(weightsOf(forced));
  });
});

describe('a run of a module of the user', () => {
  const library = pathToFileURL(path.join(repository, 'apps/dltrain/dist/index.js')).href;
  const program = (after: string) => `
import { nn, tanh } from '${library}';
export default class Net extends nn.Module {
  first = new nn.Linear(4, 8);
  last = new nn.Linear(8, 3);
  forward(x) { return this.last.forward(tanh(this.first.forward(x)))${after}; }
}`;
  const config = `
data: {train: {type: csv, path: '${repository}/examples/iris.csv', target: species, target_type: class}}
model: {module: ./net.js}
loss: cross_entropy
optimizer: {type: adam, lr: 0.01}
trainer: {batch_size: 30, max_epochs: 80}
logging: {every: 1ba}`;
  const begin = async () => {
    const at = path.join(cwd, 'here');
    mkdirSync(at);
    writeFileSync(path.join(at, 'net.yaml'), config);
    writeFileSync(path.join(at, 'net.js'), program(''));
    const given = ['here/net.yaml', '--run-dir', 'net'];
    return run(given, { onStderr: signalAfter(10, 'SIGTERM') });
  };

  it('goes on where the file was moved, to the same weights', async () => {
    expect((await begin()).code).toBe(143);
    const whole = await run(['here/net.yaml', '--run-dir', 'whole']);
    renameSync(path.join(cwd, 'here'), path.join(cwd, 'there'));
    const resumed = await run(['there/net.yaml', '--resume', 'net', '--workers', '1']);
    expect(resumed.code).toBe(0);
    expect(weightsOf(resumed)).toBe(weightsOf(whole));
  });

  it('is refused where the file was edited, with its name, unless it is forced', async () => {
    await begin();
    writeFileSync(path.join(cwd, 'here', 'net.js'), program('.mul(0.5)'));
    const refused = await run(['here/net.yaml', '--resume', 'net']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /\n {2}net\.js, which is model\.module, was edited since \(SHA-256 was [0-9a-f]{12}… and is/,
    );
    expect(refused.stderr).toContain('and its modules as they were, or --force');
    const forced = await run(['here/net.yaml', '--resume', 'net', '--force']);
    expect(forced.stderr).toMatch(/a new run begins with its weights alone/);
    expect(forced.code).toBe(0);
  });
});

describe('a run that would fail again', () => {
  /** What a failed run says last, but for a value that is changed. */
  const nextWords = ({ stderr }: CommandResult): string[] => {
    const told = stderr.trim().split('\n').at(-1) ?? '';
    expect(told).toMatch(
      /^as it is, the run would fail in that step again; once .* changed, begin .*: dltrain .* --resume net --force$/,
    );
    return told.replace(/^.*: dltrain /, '').split(' ');
  };

  it('for a gradient that is not finite is told to be changed', async () => {
    const rate = 'optimizer.lr=1e38';
    const failed = await run([iris, rate, 'trainer.max_epochs=3', '--run-dir', 'net']);
    expect(failed.stderr).toContain('is not finite');
    expect(failed.code).toBe(1);
    const next = nextWords(failed).map((word) => (word === rate ? 'optimizer.lr=0.01' : word));
    // The weights are as large as that rate made them.
    const forced = await run([...next, 'trainer.on_nonfinite=skip']);
    expect(forced.stderr).toMatch(
      /^the config is another .* a new run begins with its weights alone/,
    );
    expect(forced.code).toBe(0);
  });

  it('for what a module throws is told to be changed', async () => {
    const library = pathToFileURL(path.join(repository, 'apps/dltrain/dist/index.js')).href;
    const program = (most: number) => `
import { nn } from '${library}';
export default class Net extends nn.Module {
  layer = new nn.Linear(4, 3);
  calls = 0;
  forward(x) {
    if ((this.calls += 1) > ${most}) throw new Error('too often');
    return this.layer.forward(x);
  }
}`;
    const config = `
data: {train: {type: csv, path: '${repository}/examples/iris.csv', target: species, target_type: class}}
model: {module: ./net.js}
loss: cross_entropy
optimizer: {type: adam, lr: 0.01}
parallel: {workers: 1, shards: 1, on_worker_failure: abort}
trainer: {batch_size: 30, max_epochs: 3}`;
    writeFileSync(path.join(cwd, 'net.yaml'), config);
    writeFileSync(path.join(cwd, 'net.js'), program(7));
    const failed = await run(['net.yaml', '--run-dir', 'net']);
    expect(failed.stderr).toContain('too often');
    writeFileSync(path.join(cwd, 'net.js'), program(1e6));
    const forced = await run(nextWords(failed));
    expect(forced.stderr).toMatch(
      /^the config is another .* a new run begins with its weights alone/,
    );
    expect(forced.code).toBe(0);
  });
});

describe('a run whose log was lost', () => {
  it('goes on with a new one, and says so', async () => {
    const whole = await run([...words, '--run-dir', 'whole']);
    await run([...words, '--run-dir', 'net'], { onStderr: signalAfter(10, 'SIGTERM') });
    rmSync(path.join(cwd, 'net', 'metrics.jsonl'));
    const resumed = await run([...words, '--resume', 'net']);
    expect(resumed.stderr).toMatch(/^warning: the log of the steps before is lost \(metrics/m);
    expect(weightsOf(resumed)).toBe(weightsOf(whole));
    expect(existsSync(path.join(cwd, 'net', 'events.1.binpb'))).toBe(true);
  });
});

describe('--supervise', () => {
  it('goes on from the last checkpoint when the process is killed', async () => {
    let killed = 0;
    const given = [...words, 'checkpoint.every=4ba', '--run-dir', 'net', '--supervise', '--json'];
    const { code, stdout } = await run(given, {
      onStderr: (text) => {
        if (killed > 0 || !text.includes('checkpoint of step')) return;
        killed = (JSON.parse(inRun('net', 'lock')) as { pid: number }).pid;
        process.kill(killed, 'SIGKILL');
      },
    });
    expect(code).toBe(0);
    const events = jsonLines(stdout);
    expect(events.find(({ event }) => event === 'restart')).toEqual({
      event: 'restart',
      restart: 1,
      cause: 'SIGKILL',
      step: expect.any(Number) as number,
      run_dir: path.join(cwd, 'net'),
    });
    expect(events.at(-1)).toMatchObject({ event: 'done', weights_sha256: undisturbed });
  });
});

describe('what can no longer be written', () => {
  it.runIf(existsSync('/dev/full'))('does not end a run, and is told', async () => {
    // A train.log on a full disk, as a run finds it that it goes on with.
    await run([...words, '--run-dir', 'net'], { onStderr: signalAfter(10, 'SIGTERM') });
    rmSync(path.join(cwd, 'net', 'train.log'));
    symlinkSync('/dev/full', path.join(cwd, 'net', 'train.log'));
    const { code, stderr } = await run([...words, '--resume', 'net']);
    expect(code).toBe(0);
    expect(stderr.match(/train\.log cannot be written \(ENOSPC/g)).toHaveLength(1);
  });
});
