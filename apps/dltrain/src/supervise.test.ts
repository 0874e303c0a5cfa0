import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'dltrain-supervise-'));
let count = 0;

afterAll(() => rmSync(folder, { recursive: true }));

/**
 * What is supervised: keeps how often it was started in a file, then does what the plan says for that
 * start: `die SIGNAL`, `work SIGNAL` (gets further, then dies), `exit CODE`, or `wait` for a signal.
 */
const worker = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const [folder, ...plan] = process.argv.slice(1);
const number = (name) => (existsSync(folder + name) ? Number(readFileSync(folder + name, 'utf8')) : 0);
const turn = number('/starts');
writeFileSync(folder + '/starts', String(turn + 1));
const [what, how] = plan[turn].split(' ');
if (what === 'wait') process.once('SIGTERM', () => process.exit(143));
process.stdout.write('start ' + turn + '\\n');
if (what === 'work') writeFileSync(folder + '/reached', String(number('/reached') + 1));
if (what === 'work' || what === 'die') process.kill(process.pid, how);
if (what === 'exit') process.exit(Number(how));
setTimeout(() => process.exit(99), 50_000);
`;

const parent = `
import { existsSync, readFileSync } from 'node:fs';
import { supervise } from ${JSON.stringify(new URL('../dist/supervise.js', import.meta.url).href)};
const [folder, firstWait, ...plan] = process.argv.slice(1);
const say = (text) => process.stdout.write(text + '\\n');
process.exitCode = await supervise({
  firstWaitMs: Number(firstWait),
  arguments: async () => ['--input-type=module', '-e', ${JSON.stringify(worker)}, folder, ...plan],
  reached: async () =>
    existsSync(folder + '/reached') ? Number(readFileSync(folder + '/reached', 'utf8')) : null,
  onRestart: ({ restart, cause, deaths, reached }) =>
    say('restart ' + restart + ': ' + cause + ', ' + deaths + ' deaths, at ' + reached),
  onGivingUp: ({ cause, deaths, reached }) =>
    say('giving up: ' + cause + ', ' + deaths + ' deaths, at ' + reached),
});
`;

interface Outcome {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** Supervises a worker with a plan for each of its starts. */
async function run(
  plan: readonly string[],
  watch: (line: string, child: ChildProcess, at: string) => void = () => undefined,
  firstWaitMs = 1,
): Promise<Outcome> {
  const own = mkdtempSync(join(folder, `${(count += 1)}-`));
  const words = ['--input-type=module', '-e', parent, own, String(firstWaitMs), ...plan];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (more: Buffer) => {
    text += more.toString();
    for (const line of more.toString().trim().split('\n')) watch(line, child, own);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { code, lines: text.trim().split('\n') };
}

describe('supervise', () => {
  it('starts again what died, and tells its exit code in the end', async () => {
    expect(await run(['die SIGKILL', 'work SIGSEGV', 'exit 137', 'exit 0'])).toEqual({
      code: 0,
      lines: [
        'start 0',
        'restart 1: SIGKILL, 1 deaths, at null',
        'start 1',
        'restart 2: SIGSEGV, 1 deaths, at 1',
        'start 2',
        'restart 3: exit code 137, 2 deaths, at 1',
        'start 3',
      ],
    });
  });

  it.each([0, 1, 2, 130, 143])('passes on exit code %i', async (code) => {
    expect(await run([`exit ${code}`])).toEqual({ code, lines: ['start 0'] });
  });

  it('gives up on what dies without getting further', async () => {
    const plan = ['work SIGKILL', 'work SIGABRT', 'die SIGILL', 'die SIGBUS', 'exit 0'];
    const { code, lines } = await run(plan);
    expect(lines.at(-1)).toBe('giving up: SIGBUS, 3 deaths, at 2');
    expect(lines.filter((line) => line.startsWith('start'))).toHaveLength(4);
    expect(code).toBe(1);
  });

  it('takes a signal that asks to stop for no death', async () => {
    expect((await run(['die SIGTERM', 'exit 0'])).code).toBe(143);
  });

  it('passes a signal on, and waits for what it does', async () => {
    const { code, lines } = await run(['wait'], (line, child) => {
      if (line === 'start 0') child.kill('SIGTERM');
    });
    expect({ code, lines }).toEqual({ code: 143, lines: ['start 0'] });
  });

  it('ends at once when the signal comes between two starts', async () => {
    const startsIn: string[] = [];
    const { code } = await run(
      ['die SIGKILL', 'exit 0'],
      (line, child, own) => {
        if (!line.startsWith('restart')) return;
        startsIn.push(own);
        child.kill('SIGINT');
      },
      50_000,
    );
    expect(code).toBe(130);
    const starts = join(startsIn[0] ?? '', 'starts');
    expect(existsSync(starts) && readFileSync(starts, 'utf8')).toBe('1');
  });
});
