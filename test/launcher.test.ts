import { existsSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LauncherFixture, pinnedNode } from './support/launcher-fixture.js';
import { isSecondNode } from './support/second-node.js';

const installing = 'dltrain: installing packages...\n';
const building = 'dltrain: building...\n';
const major = Number(process.versions.node.split('.')[0]);

interface Report {
  readonly version: string;
  readonly args: readonly string[];
  readonly node: string;
  readonly cwd: string;
  readonly pid: number;
  readonly launcher: string;
}

function reportOf(stdout: string): Report {
  return JSON.parse(stdout.split('\n')[0] ?? '') as Report;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

describe('a fresh checkout', () => {
  const fixture = new LauncherFixture();
  afterAll(() => {
    fixture.dispose();
  });

  it('is installed and built once, and says so on stderr', async () => {
    const first = await fixture.run(['config.yaml', 'a b', '--json']);
    expect(first.stderr).toBe(installing + building);
    expect(first.code).toBe(0);
    expect(reportOf(first.stdout).args).toEqual(['config.yaml', 'a b', '--json']);
    expect(fixture.takeLog()).toEqual([expect.stringContaining('pnpm install'), 'kernels']);

    const second = await fixture.run(['again']);
    expect(second.stderr).toBe('');
    expect(reportOf(second.stdout).args).toEqual(['again']);
    expect(reportOf(second.stdout).launcher).toBe(fixture.path('dltrain'));
    expect(fixture.takeLog()).toEqual([]);
  });

  it('is built once by commands started at the same time', async () => {
    rmSync(fixture.path('.cache'), { recursive: true });
    rmSync(fixture.path('node_modules'), { recursive: true });
    const runs = await Promise.all(['a', 'b', 'c'].map((name) => fixture.run([name])));
    expect(runs.map(({ code, stdout }) => [code, reportOf(stdout).args])).toEqual([
      [0, ['a']],
      [0, ['b']],
      [0, ['c']],
    ]);
    expect(fixture.takeLog()).toEqual([expect.stringContaining('pnpm install'), 'kernels']);
    const lines = runs.flatMap(({ stderr }) => stderr.split('\n'));
    expect(lines.filter((line) => line.includes('building'))).toHaveLength(1);
  });

  it('shows the output of a tool that fails, and exits with 1', async () => {
    const broken = new LauncherFixture();
    broken.write(
      'programs/pnpm',
      '#!/bin/sh\n[ $1 = --version ] && echo 10.0.0 && exit\necho no net; exit 3\n',
    );
    const { code, stdout, stderr } = await broken.run(['a']);
    broken.dispose();
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('no net\n');
    expect(stderr).toMatch(/dltrain: failed: pnpm install .* exited with 3\n$/);
  });
});

describe('a checkout that was built', () => {
  let fixture: LauncherFixture;

  beforeAll(async () => {
    fixture = new LauncherFixture();
    fixture.write('apps/dltrain/src/old.ts', 'export const old = 1;\n');
    await fixture.run(['a']);
    fixture.takeLog();
  });
  afterAll(() => {
    fixture.dispose();
  });

  it('runs from any directory and through a link', async () => {
    const link = fixture.link('a link', 'dltrain');
    const { code, stdout, stderr } = await fixture.run(['x'], { file: link, cwd: tmpdir() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(reportOf(stdout).cwd).toBe(realpathSync(tmpdir()));
  });

  // What the compilers do depends on no Node.
  it.skipIf(isSecondNode)(
    'is built again when a source has changed, and not otherwise',
    async () => {
      const source = fixture.read('apps/dltrain/src/bin.ts');
      fixture.write('apps/dltrain/src/bin.ts', source.replace("'one'", "'two'"));
      rmSync(fixture.path('apps/dltrain/src/old.ts'));
      const changed = await fixture.run(['a']);
      expect(changed.stderr).toBe(building);
      expect(reportOf(changed.stdout).version).toBe('two');
      expect(existsSync(fixture.path('apps/dltrain/dist/old.js'))).toBe(false);
      fixture.write('apps/dltrain/src/bin.test.ts', 'nothing that is built');
      expect((await fixture.run(['a'])).stderr).toBe('');
      expect(fixture.takeLog()).toEqual([]); // the kernels are as they were
      fixture.write('packages/kernels/assembly/index.ts', '// new');
      expect((await fixture.run(['a'])).stderr).toBe(building);
      expect(fixture.takeLog()).toEqual(['kernels']);
    },
  );

  it('is built again when an output is gone', async () => {
    rmSync(fixture.path('apps/dltrain/dist'), { recursive: true });
    const { code, stderr } = await fixture.run(['a']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: building });
  });

  it('is installed again when the lockfile has changed', async () => {
    fixture.write('pnpm-lock.yaml', '# new');
    const { code, stderr } = await fixture.run(['a']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: installing + building });
    expect(fixture.takeLog()).toEqual([expect.stringContaining('pnpm install')]);
  });

  it.skipIf(isSecondNode)('does not start what does not compile', async () => {
    const source = fixture.read('apps/dltrain/src/bin.ts');
    fixture.write('apps/dltrain/src/bin.ts', 'export const x: number = "text";\n');
    const { code, stdout, stderr } = await fixture.run(['a']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('bin.ts(1,14): error TS2322');
    fixture.write('apps/dltrain/src/bin.ts', source);
    expect((await fixture.run(['a'])).code).toBe(0);
  });

  it('recovers when a build was killed', async () => {
    fixture.write('packages/kernels/assembly/index.ts', '// killed');
    fixture.write('hold', '');
    const killed = fixture.start(['a']);
    await until(() => existsSync(fixture.path('log')));
    killed.child.kill('SIGKILL');
    await killed.ended;
    rmSync(fixture.path('hold'));
    expect(fixture.takeLog()).toEqual(['kernels']);
    const { code, stderr } = await fixture.run(['a']);
    expect(code).toBe(0);
    expect(stderr).toContain(building);
    expect(fixture.takeLog()).toEqual(['kernels']);
  });

  it('leaves no lock behind when a build is interrupted', async () => {
    fixture.write('packages/kernels/assembly/index.ts', '// interrupted');
    fixture.write('hold', '');
    const interrupted = fixture.start(['a']);
    await until(() => existsSync(fixture.path('log')));
    interrupted.child.kill('SIGINT');
    expect((await interrupted.ended).code).toBe(130);
    expect(existsSync(fixture.path('.cache/lock'))).toBe(false);
    rmSync(fixture.path('hold'));
    expect((await fixture.run(['a'])).code).toBe(0);
  });
});

describe('the command that is started', () => {
  let fixture: LauncherFixture;
  /** A Node that is not the one that runs the launcher, whatever that is. */
  let other: { readonly DLTRAIN_NODE: string };

  beforeAll(async () => {
    fixture = new LauncherFixture();
    fixture.write('programs/other-node', `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, 0o755);
    other = { DLTRAIN_NODE: fixture.path('programs/other-node') };
    await fixture.run(['a']);
  });
  afterAll(() => {
    fixture.dispose();
  });

  it("runs under the user's Node from 24 on, else under the pinned one", async () => {
    const { stdout, stderr } = await fixture.run(['a']);
    const expected = major >= 24 ? process.execPath : pinnedNode;
    expect(realpathSync(reportOf(stdout).node)).toBe(realpathSync(expected));
    expect(stderr).toBe('');
  });

  it('runs under DLTRAIN_NODE if that is set', async () => {
    const { stdout } = await fixture.run(['a'], { env: { DLTRAIN_NODE: process.execPath } });
    expect(reportOf(stdout).node).toBe(process.execPath);
    const missing = await fixture.run(['a'], { env: { DLTRAIN_NODE: '/nowhere/node' } });
    expect(missing.code).toBe(1);
    expect(missing.stderr).toBe(
      'dltrain: cannot start /nowhere/node: spawn /nowhere/node ENOENT\n',
    );
  });

  it('says what an old Node costs if there is no other', async () => {
    const bare = new LauncherFixture();
    await bare.run(['a'], { env: { PINNED: '' } });
    const { stdout, stderr } = await bare.run(['a']);
    bare.dispose();
    expect(realpathSync(reportOf(stdout).node)).toBe(realpathSync(process.execPath));
    const line = `dltrain: running on Node ${process.versions.node}; Node 24 or later trains up to twice as fast.\n`;
    expect(stderr).toBe(major >= 24 ? '' : line);
  });

  it('reads stdin, and its exit code is passed on', async () => {
    for (const env of [{}, other]) {
      const copied = await fixture.run(['copy'], { env, input: 'some text' });
      expect(copied.stdout.split('\n')[1]).toBe('some text');
      expect((await fixture.run(['exit', '7'], { env })).code).toBe(7);
    }
    expect((await fixture.run(['die'], { env: other })).code).toBe(137);
  });

  it('gets the signals that the launcher gets', async () => {
    for (const env of [{}, other]) {
      for (const [signal, code] of [
        ['SIGINT', 130],
        ['SIGTERM', 143],
      ] as const) {
        const running = fixture.start(['wait'], { env });
        await running.printed('waiting\n');
        running.child.kill(signal);
        const { stdout, ...ended } = await running.ended;
        expect(ended).toEqual({ code, signal: null, stderr: '' });
        expect(stdout.split('\n')[2]).toBe(`caught ${signal}`);
      }
    }
  });

  it('does not outlive a launcher that was killed', async () => {
    const running = fixture.start(['wait'], { env: other });
    await running.printed('waiting\n');
    running.child.kill('SIGKILL');
    // It holds the other end of stdout: that this ends means that it is gone.
    const { stdout } = await running.ended;
    expect(reportOf(stdout).pid).not.toBe(running.child.pid);
    expect(stdout).not.toContain('caught');
  });
});

describe('npm start', () => {
  const fixture = new LauncherFixture();
  afterAll(() => {
    fixture.dispose();
  });
  const start = async (args: readonly string[], cwd = fixture.directory) => {
    const { stdout } = await fixture.run(args, { file: fixture.path('scripts/start.js'), cwd });
    return reportOf(stdout).args;
  };

  it('trains the MNIST example, with what is given on the line', async () => {
    expect(await start([])).toEqual(['examples/mnist-mlp.yaml']);
    expect(await start(['seed=1', '--workers', '2'])).toEqual([
      'examples/mnist-mlp.yaml',
      'seed=1',
      '--workers',
      '2',
    ]);
    expect(await start([], fixture.path('apps'))).toEqual(['../examples/mnist-mlp.yaml']);
  });

  it('trains another config, or runs another verb, if one is named', async () => {
    expect(await start(['other.yaml', 'seed=1'])).toEqual(['other.yaml', 'seed=1']);
    expect(await start(['--version'])).toEqual(['--version']);
  });
});
