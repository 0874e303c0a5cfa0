import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The command as it was built. */
export const commandLine = path.join(repository, 'apps/dltrain/dist/bin.js');

/** What one run of the command did. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Path of the Node that runs the command; by default the one that runs the test. */
  readonly node?: string;
  /** Called with all of stderr so far whenever more comes: for signals at the right moment. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs `dltrain` as it was built, in a process of its own. */
export async function dltrain(
  words: readonly string[],
  { cwd, env = {}, node = process.execPath, onStderr }: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(node, [commandLine, ...words], {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    onStderr?.(stderr, (signal) => child.kill(signal));
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { code, stdout, stderr };
}

/** Sends a signal once so many steps have been told of. */
export function signalAfter(
  steps: number,
  signal: NodeJS.Signals,
): NonNullable<CommandOptions['onStderr']> {
  let sent = false;
  return (text, kill) => {
    if (sent || !text.includes(`  step ${steps}/`)) return;
    sent = true;
    kill(signal);
  };
}

/** What `--json` printed. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The environment without what a person's settings or the test runner's would change. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(DLTRAIN_|VITEST|NODE_OPTIONS$|FORCE_COLOR$|NO_COLOR$|CI$)/.test(name),
  );
  return Object.fromEntries(kept);
}

/** A folder of a test's own, removed by `remove`. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'dltrain-'));
  return {
    path: folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
