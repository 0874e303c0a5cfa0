import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { dltrain, jsonLines, repository, signalAfter, temporaryFolder } from './support/command.js';
import type { CommandOptions, CommandResult } from './support/command.js';

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
/** Far longer than any test waits, yet with an end: the number of epochs is part of what fixes the weights. */
const long = [iris, 'trainer.max_epochs=1000000', 'early_stopping=null', 'logging.every=1ba'];

function run(given: readonly string[], options: Partial<CommandOptions> = {}) {
  return dltrain(given, { cwd, ...options });
}

function inRun(...names: string[]): string {
  return readFileSync(path.join(cwd, ...names), 'utf8');
}

describe('a run directory', () => {
  it('is written by one process at a time, and free again after it', async () => {
    const second: Promise<CommandResult>[] = [];
    const first = await run([...long, '--run-dir', 'net'], {
      onStderr: (text, kill) => {
        if (second.length > 0 || !text.includes('  step 3/')) return;
        // `--resume` may write to a directory that is not empty, so only the lock is in its way.
        const other = run([...long, '--run-dir', 'net', '--resume', '--quiet']);
        second.push(other);
        void other.finally(() => {
          kill('SIGTERM');
        });
      },
    });
    const [other] = await Promise.all(second);
    expect(other?.stderr).toMatch(
      new RegExp(`net is in use by process \\d+ on ${hostname()} since 2.*; wait for it`),
    );
    expect(other?.code).toBe(2);
    expect(first.code).toBe(143);
    expect(readdirSync(path.join(cwd, 'net')).filter((name) => name.startsWith('lock'))).toEqual(
      [],
    );
  });

  it('of a run that ended is left as it is, and its result told again', async () => {
    const first = await run([iris, 'trainer.max_epochs=1', '--run-dir', 'net']);
    const files = readdirSync(path.join(cwd, 'net'));
    for (const how of [
      ['--resume', 'net'],
      ['--resume', '--run-dir', 'net'],
    ]) {
      const { code, stdout, stderr } = await run([iris, 'trainer.max_epochs=1', ...how]);
      expect(stderr).toMatch(
        /^net came to its end before: nothing is left to do, and whether the config is still its own was not looked at; init_from=net/,
      );
      expect({ code, stdout }).toEqual({ code: 0, stdout: first.stdout });
    }
    const json = await run(['--resume', 'net', '--json', '--quiet']);
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(jsonLines(json.stdout)).toMatchObject([{ event: 'done' }]);
    expect(readdirSync(path.join(cwd, 'net'))).toEqual(files);
  });

  it('of a run without a checkpoint is begun anew, with what it had put aside', async () => {
    await run([...long, 'checkpoint=null', '--run-dir', 'net'], {
      onStderr: signalAfter(2, 'SIGKILL'),
    });
    const log = inRun('net', 'train.log');
    expect(existsSync(path.join(cwd, 'net', 'lock'))).toBe(true);
    const { code, stderr } = await run([...words, '--run-dir', 'net', '--resume']);
    expect(stderr).toMatch(/^the run in net has no whole checkpoint: it is put aside/);
    expect(code).toBe(0);
    expect(inRun('net', 'earlier-1', 'train.log')).toBe(log);
    expect(readdirSync(path.join(cwd, 'net'))).not.toContain('lock');
  });
});

describe('a place where nothing can be made', () => {
  // Linux says of it that it is missing, however often its parents are made.
  const place = '/proc/dltrain/runs';

  it
    .runIf(process.platform === 'linux')
    .each([
      { given: [iris, `output_dir=${place}`] },
      { given: [iris, '--run-dir', place] },
      { given: [iris, '--run-dir', place, '--supervise'] },
      { given: ['init', place] },
    ])('is named at once: $given', async ({ given }) => {
    const { code, stderr } = await run(given);
    expect(stderr).toBe(
      'error: the directory /proc/dltrain cannot be made: /proc takes none ' +
        "(ENOENT: no such file or directory, mkdir '/proc/dltrain'); name another place\n",
    );
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('is one below a file, too', async () => {
    for (const flags of [[], ['--resume']]) {
      const { code, stderr } = await run([iris, '--run-dir', path.join(iris, 'run'), ...flags]);
      expect(stderr).toMatch(/^error: the directory .*iris\.yaml cannot be made: .*EEXIST.*\n$/);
      expect(code).toBe(2);
    }
  });
});

describe('--resume', () => {
  it('says that there is nothing to go on with, and begins', async () => {
    const { code, stderr } = await run([iris, 'trainer.max_epochs=1', '--resume']);
    expect(stderr).toMatch(/^no run of 'iris' in runs waits to be gone on with: starting a new/);
    expect(code).toBe(0);
    const [made = ''] = readdirSync(path.join(cwd, 'runs'));
    expect(inRun('runs', made, 'config.resolved.yaml')).toMatch(/^resume: null\b/m);
  });

  it('takes the config for no run, wherever it stands', async () => {
    const { code, stderr } = await run(['--resume', iris, 'trainer.max_epochs=1']);
    expect(stderr).toMatch(/^no run of 'iris'/);
    expect(code).toBe(0);
  });

  it.each([
    [['--resume', 'nothing'], /command line, resume="nothing": error: .*no such directory/],
    [['resume=nothing'], /command line, resume=nothing: error: .*no such directory/],
    [['resume=7'], /'resume' must be text, not 7/],
    [['--supervise', '--force'], /--force and --supervise do not go together/],
  ])('answers %j with exit code 2', async (given, said) => {
    const { code, stderr } = await run([iris, ...given]);
    expect(stderr).toMatch(said);
    expect(code).toBe(2);
    expect(existsSync(path.join(cwd, 'runs'))).toBe(false);
  });
});

describe('--supervise', () => {
  it('ends as what it supervises ends', async () => {
    const plain = await run([...words, '--run-dir', 'plain']);
    const { code, stdout } = await run([...words, '--run-dir', 'net', '--supervise']);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/ +samples\/s.*|, \d+:\d\d/g, '')).toBe(
      plain.stdout.replaceAll(/ +samples\/s.*|, \d+:\d\d/g, '').replace('plain', 'net'),
    );
    const wrong = await run([iris, 'trainer.batch_size=0', '--supervise']);
    expect(wrong.code).toBe(2);
  });

  it('passes a stop on', async () => {
    const { code, stderr } = await run([...long, '--run-dir', 'net', '--supervise'], {
      onStderr: signalAfter(5, 'SIGINT'),
    });
    expect(stderr).toContain('the weights will be saved');
    expect(code).toBe(130);
  });

  it('begins anew when the process is killed before its first checkpoint', async () => {
    let killed = 0;
    const given = [...words, 'checkpoint=null', '--run-dir', 'net', '--supervise'];
    const { code, stderr } = await run(given, {
      onStderr: (text) => {
        if (killed > 0 || !text.includes('  step 3/')) return;
        killed = (JSON.parse(inRun('net', 'lock')) as { pid: number }).pid;
        process.kill(killed, 'SIGKILL');
      },
    });
    expect(stderr).toContain('died of SIGKILL: starting it again from the beginning');
    expect(code).toBe(0);
    expect(existsSync(path.join(cwd, 'net', 'earlier-1', 'train.log'))).toBe(true);
  });
});
