import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The Node that this workspace pins. */
export const pinnedNode = path.join(root, 'node_modules', 'node', 'bin', 'node');

/** A command that says how it was started and then does what its arguments say. */
const command = `
import process from 'node:process';

const [doing, ...rest] = process.argv.slice(2);
const { argv, execPath, pid } = process;
const launcher = process.env.DLTRAIN_LAUNCHER;
const report = { version: 'one', args: argv.slice(2), node: execPath, cwd: process.cwd(), pid, launcher };
process.stdout.write(JSON.stringify(report) + '\\n');
if (doing === 'exit') process.exitCode = Number(rest[0]);
if (doing === 'copy') process.stdin.pipe(process.stdout);
if (doing === 'die') process.kill(process.pid, 'SIGKILL');
if (doing === 'wait') {
  const timer = setTimeout(() => undefined, 50_000);
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    process.once(signal, () => {
      process.stdout.write('caught ' + signal + '\\n');
      process.exitCode = code;
      clearTimeout(timer);
    });
  }
  process.stdout.write('waiting\\n');
}
`;

const tsconfig = `{
  "extends": "../../tsconfig.base.json",
  "compilerOptions": { "rootDir": "src", "outDir": "dist", "tsBuildInfoFile": "dist/.tsbuildinfo" },
  "include": ["src"],
  "exclude": ["src/**/*.test.ts"]
}`;

/** Stands for pnpm: installs by linking what this workspace has installed, and keeps a log. */
const pnpm = (fixture: string) => `#!/bin/sh
if [ "$1" = --version ]; then echo 10.34.9; exit 0; fi
echo "pnpm $*" >>'${fixture}/log'
mkdir -p node_modules
for name in typescript assemblyscript @types $PINNED; do
  ln -sfn '${root}/node_modules/'$name node_modules/$name
done
date +%s%N >node_modules/.modules.yaml
`;

/** Stands for the build of the kernels: keeps a log, and takes as long as a file says. */
const kernelsBuild = `
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
appendFileSync('log', 'kernels\\n');
while (existsSync('hold')) await new Promise((resolve) => setTimeout(resolve, 20));
mkdirSync('packages/kernels/dist', { recursive: true });
for (const name of ['exact', 'relaxed']) writeFileSync('packages/kernels/dist/' + name + '.wasm', '');
`;

interface RunOptions {
  /** The file that is run, absolute; default the launcher itself. */
  readonly file?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

interface Ended {
  /** What a shell would report: 128 + the signal's number if one ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Started by {@link LauncherFixture.start}. */
interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once the text was printed on stdout. */
  printed(text: string): Promise<void>;
}

/** A small workspace in a folder of its own, with this workspace's launcher and scripts. */
export class LauncherFixture {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'dltrain launcher '));

  constructor() {
    for (const name of ['dltrain', 'scripts', 'tsconfig.base.json']) {
      cpSync(path.join(root, name), this.path(name), { recursive: true });
    }
    this.write('package.json', '{ "type": "module", "packageManager": "pnpm@10.34.9" }');
    this.write('pnpm-lock.yaml', '');
    this.write('pnpm-workspace.yaml', '');
    this.write(
      'tsconfig.build.json',
      '{ "files": [], "references": [{ "path": "apps/dltrain" }] }',
    );
    this.write('apps/dltrain/package.json', '{ "type": "module" }');
    this.write('apps/dltrain/tsconfig.json', tsconfig);
    this.write('apps/dltrain/src/bin.ts', command);
    this.write('packages/kernels/scripts/build.js', kernelsBuild);
    this.write('packages/kernels/package.json', '{ "type": "module" }');
    this.write('programs/pnpm', pnpm(this.directory), 0o755);
  }

  path(file: string): string {
    return path.join(this.directory, file);
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  write(file: string, text: string, mode = 0o644): void {
    mkdirSync(path.dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text, { mode });
  }

  /** The installs and builds since the last time it was asked. */
  takeLog(): string[] {
    if (!existsSync(this.path('log'))) return [];
    const lines = this.read('log').trim().split('\n');
    rmSync(this.path('log'));
    return lines;
  }

  start(args: readonly string[], options: RunOptions = {}): Running {
    const { file = this.path('dltrain'), cwd = this.directory, env = {}, input = '' } = options;
    const child = spawn(process.execPath, [file, ...args], {
      cwd,
      env: {
        ...process.env,
        PATH: `${this.path('programs')}${path.delimiter}${process.env.PATH ?? ''}`,
        INIT_CWD: cwd,
        PINNED: 'node',
        ...env,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.end(input);
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        resolve({ code, signal, stdout, stderr });
      });
    });
    const printed = (text: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (stdout.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        child.once('close', () => {
          reject(new Error(`It ended without printing ${text}: ${stdout}${stderr}`));
        });
        look();
      });
    return { child, ended, printed };
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return this.start(args, options).ended;
  }

  link(name: string, target: string): string {
    symlinkSync(this.path(target), this.path(name));
    return this.path(name);
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
