import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

// A child that has been stopped would never notice that its parent is gone.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.once(signal, () => process.exit(code));
}

/** A process that has ended, or could not be started, and what it said on stderr. */
export class ProcessError extends Error {}

/** A process that reads a line of JSON for each request, and answers each with one. */
export class LineProcess {
  #child;
  #ended;
  #lines;
  #complaint = '';

  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {NodeJS.ProcessEnv} [env] variables beside those of this process
   */
  constructor(command, args, env = {}) {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    running.add(child);
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      this.#complaint += text;
    });
    /** @param {unknown} error */
    const complain = (error) => {
      this.#complaint += String(error);
    };
    this.#ended = once(child, 'close')
      .catch(complain) // no such command
      .finally(() => running.delete(child));
    // A process that has ended refuses what is written to it; `answer` tells why.
    child.stdin.on('error', complain);
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /**
   * The next line: what the process says of itself, first of all.
   *
   * @returns {Promise<unknown>}
   * @throws {ProcessError} when the process has ended
   */
  async answer() {
    const { value, done } = await this.#lines.next();
    if (done !== true) return JSON.parse(value);
    await this.#ended;
    throw new ProcessError(`${this.#child.spawnfile} has ended: ${this.#complaint}`);
  }

  /**
   * @param {object} request
   * @returns {Promise<unknown>}
   */
  ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.answer();
  }

  /**
   * Stops the process where it is: it takes no time from others.
   *
   * @throws {Error} on Windows, which cannot do that
   */
  pause() {
    if (process.platform === 'win32') {
      throw new Error('Training steps are measured in turns on Linux and macOS only.');
    }
    this.#child.kill('SIGSTOP');
  }

  resume() {
    this.#child.kill('SIGCONT');
  }

  /** Lets the process end by itself. */
  async close() {
    this.resume();
    this.#child.stdin.end();
    await this.#ended;
  }
}
