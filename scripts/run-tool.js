/** Runs the tools that install and build, quietly: their output is shown only if they fail. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { root } from './workspace.js';

const tied = path.join(root, 'scripts', 'tied.js');
const onWindows = process.platform === 'win32';

/** A tool that failed; `output` is all it printed. */
export class ToolError extends Error {
  /**
   * @param {string} what
   * @param {string} output
   */
  constructor(what, output) {
    super(what);
    this.name = 'ToolError';
    this.output = output;
  }
}

/**
 * @typedef {object} ToolOptions
 * @property {AbortSignal} signal stops the tool
 * @property {(pid: number | undefined) => void} onStart
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [cwd]
 */

/**
 * Runs a program by its path, or by its name if it is on the PATH. Arguments must be plain words: on
 * Windows names pass through the shell, which is what finds npx.cmd.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {ToolOptions} options
 * @returns {Promise<string>} what it printed on stdout
 */
export function runProgram(program, args, { signal, onStart, env = process.env, cwd = root }) {
  const command = [program, ...args].join(' ');
  /** @type {import('node:child_process').SpawnOptions} */
  const options = { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] };
  const child =
    onWindows && !path.isAbsolute(program)
      ? spawn(command, { ...options, shell: true })
      : spawn(program, args, options);
  return finish(child, command, signal, onStart);
}

/**
 * Runs a script of Node under this Node; it dies with this process.
 *
 * @param {string} script relative to the root
 * @param {string[]} args
 * @param {ToolOptions} options
 * @returns {Promise<string>} what it printed on stdout
 */
export function runScript(script, args, { signal, onStart, env = process.env, cwd = root }) {
  const child = spawn(process.execPath, [tied, path.join(root, script), ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return finish(child, ['node', script, ...args].join(' '), signal, onStart);
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} what
 * @param {AbortSignal} signal
 * @param {ToolOptions['onStart']} onStart
 * @returns {Promise<string>}
 */
async function finish(child, what, signal, onStart) {
  onStart(child.pid);
  let output = '';
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    output += text;
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    output += text;
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    /** @type {string | undefined} */
    const failure = await new Promise((resolve) => {
      child.once('error', (error) => {
        resolve(`${what}: ${error.message}`);
      });
      child.once('close', (code, by) => {
        if (code === 0) resolve(undefined);
        else
          resolve(`${what} ${by === null ? `exited with ${String(code)}` : `was ended by ${by}`}`);
      });
    });
    if (failure !== undefined) throw new ToolError(failure, output);
    return stdout;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
