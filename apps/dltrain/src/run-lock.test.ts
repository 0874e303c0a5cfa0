import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { RunLockError } from './lock-holder.js';
import { startTimeOf } from './process-identity.js';
import { lockName, RunLock } from './run-lock.js';

const folder = mkdtempSync(join(tmpdir(), 'dltrain-lock-'));
let run = '';
let lock = '';
let count = 0;

beforeEach(() => {
  run = join(folder, `run-${(count += 1)}`);
  mkdirSync(run);
  lock = join(run, lockName);
});

afterAll(() => rmSync(folder, { recursive: true }));

const lockModule = JSON.stringify(new URL('../dist/run-lock.js', import.meta.url).href);

/** Takes the lock as it was built, says whether it got it, and holds it until it is told to end. */
const holder = `
import { RunLock } from ${lockModule};
const [run, begin] = process.argv.slice(1);
process.once('SIGTERM', () => process.exit(143));
while (Date.now() < Number(begin)) ;
try {
  await RunLock.take(run);
  process.stdout.write('taken\\n');
} catch (error) {
  process.stdout.write(error.name + ': ' + error.message + '\\n');
}
process.stdin.on('end', () => process.exit(0)).resume();
`;

/** Starts a process that takes the lock, and resolves with what it said of it. */
async function start(begin = 0): Promise<{ child: ChildProcess; said: string }> {
  const words = ['--input-type=module', '-e', holder, run, String(begin)];
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
  });
  return { child, said };
}

async function end(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'close');
  if (signal === undefined) child.stdin?.end();
  else child.kill(signal);
  await ended;
}

function rewrite(change: Readonly<Record<string, unknown>>): void {
  const holder = JSON.parse(readFileSync(lock, 'utf8')) as Record<string, unknown>;
  writeFileSync(lock, JSON.stringify({ ...holder, ...change }));
}

describe('RunLock', () => {
  it('is one of a process at a time, and names who holds it', async () => {
    const { child, said } = await start();
    expect(said).toBe('taken');
    const failure = await RunLock.take(run).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunLockError);
    expect(String(failure)).toContain(`in use by process ${child.pid} on ${hostname()} since 2`);
    expect(String(failure)).toContain('wait for it');
    await end(child);
    expect(readdirSync(run)).toEqual([]);
    const own = await RunLock.take(run);
    own.release();
    own.release();
    expect(readdirSync(run)).toEqual([]);
  });

  it('is given back by a process that a signal ends', async () => {
    const { child } = await start();
    await end(child, 'SIGTERM');
    expect(readdirSync(run)).toEqual([]);
  });

  it('is taken over from a process that was killed', async () => {
    const { child } = await start();
    await end(child, 'SIGKILL');
    expect(existsSync(lock)).toBe(true);
    const own = await RunLock.take(run);
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.pid });
    own.release();
    expect(readdirSync(run)).toEqual([]);
  });

  it.runIf(startTimeOf(process.pid) !== null)(
    'is taken over where another process has the number by now, or the machine was started anew',
    async () => {
      for (const change of [{ started: '1' }, { boot: 'another' }]) {
        const { child } = await start();
        rewrite(change);
        (await RunLock.take(run)).release();
        await end(child);
      }
    },
  );

  it('is not taken over from another machine, but says what to do', async () => {
    const own = await RunLock.take(run);
    rewrite({ host: 'else\u001b[31mwhere', pid: 1 });
    await expect(RunLock.take(run)).rejects.toThrow(
      new RegExp(`process 1 on else\\?\\[31mwhere since .*this is ${hostname()}.*remove ${lock}$`),
    );
    own.release();
    rmSync(lock, { force: true });
  });

  it('that is no lock is left alone', async () => {
    for (const text of ['', '{', '7', '{"pid": 0}']) {
      writeFileSync(lock, text);
      await expect(RunLock.take(run)).rejects.toThrow(/no lock that can be read; remove it/);
      expect(readFileSync(lock, 'utf8')).toBe(text);
    }
  });

  it('that is no file, or too long for a lock, is refused at once', async () => {
    const refused = async (message: RegExp) => {
      for (const attempt of [RunLock.take(run), Promise.resolve().then(() => RunLock.check(run))]) {
        const failure: unknown = await attempt.catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(RunLockError);
        expect(String(failure)).toMatch(message);
      }
    };
    mkdirSync(lock);
    await refused(/no lock that can be read \(is a folder.*remove it/);
    rmSync(lock, { recursive: true });
    // Nobody writes into it, so who opened it as a file would wait for ever.
    if (process.platform !== 'win32') {
      execFileSync('mkfifo', [lock]);
      await refused(/no lock that can be read \(is no regular file but a pipe/);
      rmSync(lock);
    }
    writeFileSync(lock, ' '.repeat(4097));
    await refused(/\(4097 bytes, where at most 4096 are read\)/);
  });

  it('goes to one of many who find it stale at once, also where a taker was killed', async () => {
    for (const stale of [[lockName], [lockName, `${lockName}.taking`]]) {
      const { child } = await start();
      await end(child, 'SIGKILL');
      const text = readFileSync(lock, 'utf8');
      for (const name of stale) writeFileSync(join(run, name), text);
      const begin = Date.now() + 1500;
      const takers = await Promise.all(Array.from({ length: 6 }, () => start(begin)));
      const taken = takers.filter(({ said }) => said === 'taken');
      const others = takers.filter(({ said }) => said.startsWith('RunLockError: '));
      expect([taken.length, others.length]).toEqual([1, 5]);
      const { pid } = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number };
      expect(pid).toBe(taken[0]?.child.pid);
      await Promise.all(takers.map(({ child: taker }) => end(taker)));
      expect(readdirSync(run)).toEqual([]);
    }
  });

  /** Runs a program that has taken the lock, until its end. */
  const endOf = (program: string) => {
    const whole = `
      import { chmodSync, mkdirSync, rmSync } from 'node:fs';
      import { RunLock } from ${lockModule};
      const [run, lock] = process.argv.slice(1);
      await RunLock.take(run);
      ${program}`;
    const words = ['--input-type=module', '-e', whole, run, lock];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    return { status, stderr };
  };

  it('that cannot be given back is told of, and leaves the exit code as it is', () => {
    expect(endOf('rmSync(lock); mkdirSync(lock)')).toEqual({
      status: 0,
      stderr:
        `warning: the lock cannot be given back: ${lock} is no lock that can be read ` +
        `(is a folder; give a file); remove it if nobody trains in ${run}\n`,
    });
    rmSync(lock, { recursive: true });
    expect(endOf('rmSync(lock); mkdirSync(lock); process.exit(143)').status).toBe(143);
  });

  // The administrator may remove what he likes.
  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'that may not be removed is told of as well',
    () => {
      const { status, stderr } = endOf('chmodSync(run, 0o555)');
      chmodSync(run, 0o755);
      expect(stderr).toMatch(/^warning: the lock cannot be given back: Error: EACCES/);
      expect(stderr).toContain(`; remove ${lock} if nobody trains in ${run}\n`);
      expect(status).toBe(0);
    },
  );

  it('that went with its run directory is no matter', () => {
    expect(endOf('rmSync(run, { recursive: true })')).toEqual({ status: 0, stderr: '' });
  });

  it('that was removed by hand does not take the next one with it', async () => {
    const own = await RunLock.take(run);
    rmSync(lock);
    const { child, said } = await start();
    expect(said).toBe('taken');
    own.release();
    expect(existsSync(lock)).toBe(true);
    await end(child);
  });
});
