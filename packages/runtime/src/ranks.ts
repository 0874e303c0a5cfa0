import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { setTimeout as delay } from 'node:timers/promises';
import { releaseProxy, wrap, type Remote } from 'comlink';
import { Piscina } from 'piscina';
import type { ControlBlock } from './control-block.js';
import { NonFiniteError, OptionsError, RankError, type RankPlace } from './errors.js';
import { nodeEndpoint } from './node-endpoint.js';
import type { RankOrders, Split } from './rank-context.js';
import type { Failure, Outcome, RankApi, RankTask, Segment } from './rank-protocol.js';

interface RankHandle {
  readonly rank: number;
  readonly api: Remote<RankApi>;
  readonly port: MessagePort;
  /** Settles when the rank's thread has left its task, whatever the reason. */
  readonly task: Promise<void>;
}

/** How long ranks may take to leave a step once the run was ended. */
const farewellMs = 1000;
/** Loading code and building the model may take this long, however short the timeout is. */
const startUpMs = 30_000;

/**
 * The rank threads, seen from the main thread. Every call goes to all of them at once and is raced
 * against the first sign of trouble: a rank that throws, that exits, or that stops getting on.
 */
export class Ranks {
  private readonly pool: Piscina<RankTask, void>;
  private readonly handles: readonly RankHandle[];
  private readonly trouble: Promise<never>;
  private readonly watchdog: NodeJS.Timeout;
  private fail: (error: Error) => void = () => undefined;
  private closing = false;

  constructor(
    orders: RankOrders,
    private readonly control: ControlBlock,
    private readonly timeoutMs: number,
  ) {
    const { workers } = orders;
    this.trouble = new Promise<never>((_, reject) => {
      this.fail = reject;
    });
    // Whoever calls sees it; without a call in flight it must not end the process.
    this.trouble.catch(() => undefined);
    this.pool = new Piscina<RankTask, void>({
      filename: new URL('./rank-thread.js', import.meta.url).href,
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker: 1,
      // A rank answers messages while its task is under way; piscina must not block its loop.
      atomics: 'disabled',
    });
    this.handles = Array.from({ length: workers }, (_, rank) => this.start(rank, orders));
    this.watchdog = this.watch();
  }

  async setUp(): Promise<void> {
    await this.all((api) => api.setUp());
  }

  /** Runs a segment; answers with the steps done, which are the same for every rank. */
  async train(segment: Segment): Promise<number> {
    const [steps = 0] = await this.all((api) => api.train(segment));
    return steps;
  }

  async evaluate(split: Split): Promise<number[]> {
    const [means = []] = await this.all((api) => api.evaluate(split));
    return means;
  }

  /** Ends all threads. After trouble they are first told to leave, then stopped where they are. */
  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.watchdog);
    const leaving = Promise.allSettled(
      this.handles.map(async ({ api, task }) => {
        await Promise.race([api.finish(), task]);
        await task;
      }),
    );
    await Promise.race([leaving, delay(farewellMs, null, { ref: true })]);
    for (const { api, port } of this.handles) {
      api[releaseProxy]();
      port.close();
    }
    await this.pool.destroy();
  }

  private start(rank: number, orders: RankOrders): RankHandle {
    const { port1: port, port2 } = new MessageChannel();
    const task = this.pool.run({ rank, orders, port: port2 }, { transferList: [port2] }).then(
      () => {
        if (!this.closing) this.report(rank, 'left its task', null);
      },
      (error: unknown) => {
        if (this.closing) return;
        const [what, stack] =
          error instanceof Error ? [error.message, error.stack ?? null] : [String(error), null];
        this.report(rank, `ended (${what})`, stack);
      },
    );
    return { rank, api: wrap<RankApi>(nodeEndpoint(port)), port, task };
  }

  /** Calls every rank and waits for all answers, or for the first sign of trouble. */
  private async all<T>(call: (api: Remote<RankApi>) => Promise<Outcome<T>>): Promise<T[]> {
    const answers = this.handles.map(async ({ rank, api }) => {
      const outcome = await call(api);
      if (outcome.ok) return outcome.value;
      this.hear(rank, outcome.failure);
      // Another rank's trouble, or this one's, has been reported.
      return this.trouble;
    });
    return Promise.race([Promise.all(answers), this.trouble]);
  }

  private hear(rank: number, failure: Failure): void {
    switch (failure.kind) {
      case 'aborted':
        return;
      case 'non-finite':
        this.stop(new NonFiniteError(failure.step ?? 0, failure.parameter ?? 'a parameter'));
        return;
      case 'options':
        this.stop(new OptionsError(failure.path ?? [], failure.message));
        return;
      case 'error':
        this.report(rank, `failed with ${failure.message}`, failure.stack);
    }
  }

  private report(rank: number, what: string, stack: string | null): void {
    const { phase, step } = this.control.rank(rank);
    const place: RankPlace = { rank, phase, step };
    this.stop(new RankError(place, what, stack));
  }

  private stop(error: Error): void {
    this.fail(error);
    this.control.abort();
  }

  /** Looks, a few times within the timeout, whether each rank that should work gets on. */
  private watch(): NodeJS.Timeout {
    const seen = this.handles.map(() => ({ heartbeat: -1, since: Date.now() }));
    const look = (): void => {
      this.handles.forEach(({ rank }, i) => {
        const { phase, heartbeat } = this.control.rank(rank);
        const last = seen[i];
        if (last === undefined) return;
        const limitMs = phase === 'start-up' ? Math.max(this.timeoutMs, startUpMs) : this.timeoutMs;
        const idle = phase === 'idle' || phase === 'waiting';
        if (idle || heartbeat !== last.heartbeat) {
          seen[i] = { heartbeat, since: Date.now() };
        } else if (Date.now() - last.since > limitMs) {
          const seconds = (limitMs / 1000).toFixed(1);
          this.report(rank, `has not answered for ${seconds} s`, null);
        }
      });
    };
    return setInterval(look, Math.min(250, Math.max(10, this.timeoutMs / 4)));
  }
}
