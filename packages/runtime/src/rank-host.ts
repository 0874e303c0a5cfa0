import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { RankTask } from './rank-protocol.js';

/** What V8 is given where a run is to see a thread run out of memory, so that it does so soon. */
const scarceMb = 128;

/** How long a thread may take to end once it was stopped: only code outside of JavaScript can hold it up. */
const endMs = 10_000;

/**
 * A thread for one rank. It loads its code as soon as it is made, and is given its task later; when it
 * ends, whatever the reason, it is not used again.
 */
export class RankHost {
  private readonly pool: Piscina<RankTask, void>;
  private exitCode: number | null = null;
  private failure: Error | null = null;
  private ending: Promise<void> | null = null;
  /** Settles once the thread is gone and can touch no memory any more. */
  private readonly exited: Promise<void>;

  /** @param isScarce whether the thread is to have little memory for JavaScript */
  constructor(isScarce = false) {
    this.pool = new Piscina<RankTask, void>({
      filename: new URL('./rank-thread.js', import.meta.url).href,
      // A pool of its own, so that this rank's thread is known.
      minThreads: 1,
      maxThreads: 1,
      // A rank answers messages while its task is under way; piscina must not block its loop.
      atomics: 'disabled',
      ...(isScarce ? { resourceLimits: { maxOldGenerationSizeMb: scarceMb } } : {}),
    });
    const [thread] = this.pool.threads as readonly (Worker | undefined)[];
    this.exited = new Promise((resolve) => {
      thread?.once('exit', (code) => {
        this.exitCode = code;
        resolve();
      });
    });
    // A thread that fails while it has no task; with one, the task rejects.
    this.pool.on('error', (error: Error) => {
      this.failure ??= error;
    });
  }

  /** Runs a rank; settles when its thread has left it, whatever the reason. */
  async run(task: RankTask): Promise<void> {
    if (this.failure !== null) throw this.failure;
    // As piscina says it of a thread that has a task.
    if (this.exitCode !== null) throw new Error(`worker exited with code: ${this.exitCode}`);
    try {
      await this.pool.run(task, { transferList: [task.port] });
    } finally {
      this.ending ??= this.pool.destroy();
    }
  }

  /**
   * Ends the thread where it is and waits until it is gone.
   * @returns false when it could not be stopped
   */
  async end(): Promise<boolean> {
    this.ending ??= this.pool.destroy();
    await atMost(endMs, this.exited);
    return this.exitCode !== null;
  }

  /**
   * Waits besides for the thread that piscina begins in place of one that has failed.
   * @returns false when the thread could not be stopped
   */
  async close(): Promise<boolean> {
    const isGone = await this.end();
    if (this.ending !== null) await atMost(endMs, this.ending);
    return isGone;
  }
}

/** Waits for a promise, but no longer than `ms`. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
