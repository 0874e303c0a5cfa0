import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { DltrainError } from '@dltrain/core';
import { releaseProxy, wrap, type Remote } from 'comlink';
import { Piscina } from 'piscina';
import type { ControlBlock, Phase } from './control-block.js';
import { NonFiniteError, OptionsError, RankError } from './errors.js';
import { nodeEndpoint } from './node-endpoint.js';
import type { RankOrders, Split } from './rank-context.js';
import type { Failure, Outcome, RankApi, RankTask, Segment } from './rank-protocol.js';
import type { StatisticsOutcome, StatisticsPlan } from './statistics.js';
import type { RankTimeline } from './timeline.js';
import { Watchdog } from './watchdog.js';

interface RankHandle {
  readonly rank: number;
  readonly api: Remote<RankApi>;
  readonly port: MessagePort;
  /** Settles when the rank's thread has left its task, whatever the reason. */
  readonly task: Promise<void>;
  /** Whether a call has not been answered yet. */
  busy: boolean;
}

/** What a rank does leaf by leaf. */
const phasesOfLeaves: ReadonlySet<Phase> = new Set(['forward', 'backward', 'evaluation']);

/** How long ranks may take to leave a step once the run was ended. */
const farewellMs = 1000;

/**
 * The rank threads, seen from the main thread. Every call goes to all of them at once and is raced
 * against the first sign of trouble: a rank that throws, that exits, or that stops getting on.
 *
 * The threads start with the object, so that they load their code while the run is prepared.
 */
export class Ranks {
  private readonly pool: Piscina<RankTask, void>;
  private handles: readonly RankHandle[] = [];
  private control: ControlBlock | null = null;
  private watchdog: Watchdog | null = null;
  private readonly trouble: Promise<never>;
  private fail: (error: Error) => void = () => undefined;
  private closing: Promise<void> | null = null;

  constructor(
    workers: number,
    private readonly timeoutMs: number,
  ) {
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
    // A thread that ends while it has no task; with one, the task rejects.
    this.pool.on('error', (error: Error) => {
      if (this.closing !== null) return;
      this.stop(new DltrainError(`a thread for a rank failed: ${error.message}`, { cause: error }));
    });
  }

  /** Gives each thread its rank and waits until all have built the model. */
  async setUp(orders: RankOrders, control: ControlBlock): Promise<void> {
    this.control = control;
    this.handles = orders.arenas.map((_, rank) => this.start(rank, orders));
    this.watchdog = new Watchdog(control, this.timeoutMs, {
      isBusy: (rank) => this.handles[rank]?.busy ?? false,
      report: (rank, what) => {
        this.report(rank, what, null);
      },
    });
    await this.all((api) => api.setUp());
  }

  /** Runs a segment; answers with the steps done, which are the same for every rank. */
  async train(segment: Segment): Promise<number> {
    const [steps = 0] = await this.all((api) => api.train(segment));
    return steps;
  }

  /** The means over a split, which are the same for every rank; null when a stop was asked for. */
  async evaluate(split: Split): Promise<number[] | null> {
    const [means = null] = await this.all((api) => api.evaluate(split));
    return means;
  }

  /** What activations and gradients look like, from the first rank; the others wait for orders. */
  async statistics(plan: StatisticsPlan): Promise<StatisticsOutcome | null> {
    const [outcome = null] = await this.ask(this.handles.slice(0, 1), (api) =>
      api.statistics(plan),
    );
    return outcome;
  }

  /** Copies all that a step changes to where it is written to disk from. */
  async snapshot(): Promise<void> {
    await this.all((api) => api.snapshot());
  }

  /** Where the time of each rank went; none for a run that is not timed. */
  async timelines(): Promise<RankTimeline[]> {
    const found = await this.all((api) => api.timeline());
    return found.flatMap((timeline) => timeline ?? []);
  }

  /** Ends all threads. After trouble they are first told to leave, then stopped where they are. */
  close(): Promise<void> {
    return (this.closing ??= this.endThreads());
  }

  private async endThreads(): Promise<void> {
    this.watchdog?.stop();
    const leaving = this.handles.map(async ({ api, task }) => {
      await Promise.race([api.finish(), task]);
      await task;
    });
    await atMost(farewellMs, Promise.allSettled(leaving));
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
        if (this.closing === null) this.report(rank, 'left its task', null);
      },
      (error: unknown) => {
        if (this.closing !== null) return;
        const [what, stack] =
          error instanceof Error ? [error.message, error.stack ?? null] : [String(error), null];
        this.report(rank, `ended (${what})`, stack);
      },
    );
    return { rank, api: wrap<RankApi>(nodeEndpoint(port)), port, task, busy: false };
  }

  /** Calls every rank and waits for all answers, or for the first sign of trouble. */
  private all<T>(call: (api: Remote<RankApi>) => Promise<Outcome<T>>): Promise<T[]> {
    return this.ask(this.handles, call);
  }

  private async ask<T>(
    handles: readonly RankHandle[],
    call: (api: Remote<RankApi>) => Promise<Outcome<T>>,
  ): Promise<T[]> {
    const answers = handles.map(async (handle) => {
      handle.busy = true;
      const outcome = await call(handle.api);
      handle.busy = false;
      if (outcome.ok) return outcome.value;
      this.hear(handle.rank, outcome.failure);
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
    const { phase = 'start-up', step = 0, leaf = 0 } = this.control?.rank(rank) ?? {};
    const place = { rank, phase, step, leaf: phasesOfLeaves.has(phase) ? leaf : null };
    this.stop(new RankError(place, what, stack));
  }

  private stop(error: Error): void {
    this.fail(error);
    this.control?.abort();
  }
}

/** Waits for a promise, but no longer than `ms`. */
async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
