import { setTimeout as delay } from 'node:timers/promises';
import { DltrainError } from '@dltrain/core';
import type { ControlBlock, Phase } from './control-block.js';
import {
  describePlace,
  NonFiniteError,
  OptionsError,
  RankError,
  type RankPlace,
} from './errors.js';
import { eventText } from './event-text.js';
import type { EvaluatedSplit, RankOrders } from './rank-context.js';
import { RankHandle, type Call, type Loss } from './rank-handle.js';
import { atMost, RankHost } from './rank-host.js';
import type { Failure, Segment } from './rank-protocol.js';
import { takeThreads } from './rank-threads.js';
import type { RankPolicy, Recovery } from './recovery.js';
import { RestartBudget } from './restart-budget.js';
import type { StatisticsOutcome, StatisticsPlan } from './statistics.js';
import type { RankTimeline } from './timeline.js';
import { Watchdog } from './watchdog.js';

/** What a rank does leaf by leaf. */
const phasesOfLeaves: ReadonlySet<Phase> = new Set(['forward', 'backward', 'evaluation']);

/** How long ranks may take to leave a step once the run was ended. */
const farewellMs = 1000;

/** What the ranks work by, once they have been told. */
interface Work {
  readonly orders: RankOrders;
  readonly control: ControlBlock;
  readonly watchdog: Watchdog;
}

/**
 * The rank threads, seen from the main thread. A call goes to all of them at once. When one is lost
 * meanwhile, because it throws, exits or stops getting on, all others are called back; once each has
 * answered or is lost as well, so that nobody is at work, the lost ones are replaced and the call is made
 * again, from what is committed.
 *
 * The threads start with the object, so that they load their code while the run is prepared.
 */
export class Ranks {
  /** All threads, those included that end now. */
  private readonly hosts: RankHost[] = [];
  private readonly handles: RankHandle[] = [];
  /** Threads that load their code for ranks that were lost. */
  private readonly spares: RankHost[] = [];
  private work: Work | null = null;
  private readonly budget: RestartBudget;
  private readonly untold: Recovery[] = [];
  private tell = (recovery: Recovery): void => {
    this.untold.push(recovery);
  };
  /** What has ended the run; it ends the call in flight, too. */
  private failure: Error | null = null;
  private endCall: ((error: Error) => void) | null = null;
  private closing: Promise<boolean> | null = null;

  constructor(
    workers: number,
    private readonly policy: RankPolicy,
  ) {
    this.budget = new RestartBudget(policy.maxRestarts);
    this.hosts.push(...takeThreads(workers, policy.isScarce));
  }

  /** Gives each thread its rank and waits until all have built the model. */
  async setUp(orders: RankOrders, control: ControlBlock): Promise<void> {
    const watchdog = new Watchdog(control, this.policy.timeoutMs, {
      isBusy: (rank) => this.handles[rank]?.isBusy ?? false,
      report: (rank, what) => {
        this.lose(rank, what, null, false);
      },
    });
    this.work = { orders, control, watchdog };
    this.hosts.forEach((host, rank) => {
      this.enlist(rank, host);
    });
    await this.all((api) => api.setUp());
  }

  /** Calls back for each rank that is replaced, those included that were so before, and before it goes on. */
  follow(tell: (recovery: Recovery) => void): void {
    this.tell = tell;
    this.untold.splice(0).forEach(tell);
  }

  /** Runs a segment; answers with the steps done, which may be fewer when a stop was asked for. */
  async train(segment: Segment): Promise<number> {
    const { control } = this.atWork();
    const done = (): number => control.get('steps') - segment.step;
    await this.complete(
      () => this.handles,
      () => {
        const behind = done();
        // What was committed before a rank was lost is not done again.
        const isOver = behind === segment.count || (behind > 0 && control.get('stopRequest') !== 0);
        if (isOver) return null;
        const rest = {
          epoch: segment.epoch,
          step: segment.step + behind,
          stepOfEpoch: segment.stepOfEpoch + behind,
          count: segment.count - behind,
        };
        return (api) => api.train(rest);
      },
    );
    return done();
  }

  /** The means over a split, which are the same for every rank; null when a stop was asked for. */
  async evaluate(split: EvaluatedSplit): Promise<number[] | null> {
    const [means = null] = await this.all((api) => api.evaluate(split));
    return means;
  }

  /** What activations and gradients look like, from the first rank; the others wait for orders. */
  async statistics(plan: StatisticsPlan): Promise<StatisticsOutcome | null> {
    const first = () => this.handles.slice(0, 1);
    const [outcome = null] = await this.complete(first, () => (api) => api.statistics(plan));
    return outcome;
  }

  /** Copies all that a step changes to where it is written to disk from. */
  async snapshot(): Promise<void> {
    await this.all((api) => api.snapshot());
  }

  /** Where the time of each rank went; none for a run that is not timed, and of ranks that have ended. */
  async timelines(): Promise<RankTimeline[]> {
    if (this.closing !== null) return [];
    const found = await this.all((api) => api.timeline());
    return found.flatMap((timeline) => timeline ?? []);
  }

  /**
   * Ends all threads. After trouble they are first told to leave, then stopped where they are.
   * @returns false when one could not be stopped, and may write to the memory yet
   */
  close(): Promise<boolean> {
    return (this.closing ??= this.endThreads());
  }

  private async endThreads(): Promise<boolean> {
    this.work?.watchdog.stop();
    const present = this.handles.filter(({ loss }) => loss === null);
    await atMost(farewellMs, Promise.allSettled(present.map((handle) => handle.dismiss())));
    for (const handle of this.handles) handle.hangUp();
    const areGone = await Promise.all(this.hosts.map((host) => host.close()));
    return areGone.every((isGone) => isGone);
  }

  private startThread(): RankHost {
    const host = new RankHost(this.policy.isScarce);
    this.hosts.push(host);
    return host;
  }

  /** Gives a rank to a thread. */
  private enlist(rank: number, host: RankHost): RankHandle {
    const handle: RankHandle = new RankHandle(rank, this.atWork().orders, host, (what, stack) => {
      if (this.handles[rank] === handle) this.lose(rank, what, stack, false);
    });
    this.handles[rank] = handle;
    return handle;
  }

  /** Calls every rank and waits for all answers. */
  private all<T>(call: Call<T>): Promise<T[]> {
    return this.complete(
      () => this.handles,
      () => call,
    );
  }

  /**
   * Makes a call until every rank that is asked has answered it, replacing those that are lost.
   * @param next the call to make, from what is committed by then; null when nothing is left to do
   */
  private async complete<T>(
    whom: () => readonly RankHandle[],
    next: () => Call<T> | null,
  ): Promise<T[]> {
    for (;;) {
      await this.recover();
      const call = next();
      if (call === null) return [];
      const values = await this.attempt(whom(), call);
      if (values !== null) return values;
    }
  }

  /**
   * Makes a call once; settles when each of the ranks has answered or is lost, and so is not at work.
   * @returns the answers; null when a rank has none
   * @throws what ended the run meanwhile, at once
   */
  private async attempt<T>(ranks: readonly RankHandle[], call: Call<T>): Promise<T[] | null> {
    if (this.failure !== null) throw this.failure;
    const ended = new Promise<never>((_, reject) => {
      this.endCall = reject;
    });
    const answers = ranks.map(async (handle) => {
      const outcome = await handle.ask(call);
      if (outcome?.ok === false) this.hear(handle.rank, outcome.failure);
      return outcome;
    });
    const outcomes = await Promise.race([Promise.all(answers), ended]);
    const values = outcomes.flatMap((outcome) => (outcome?.ok ? [outcome.value] : []));
    return values.length === ranks.length ? values : null;
  }

  /** Replaces the ranks that are lost, if any are, until all are there. No rank is at work meanwhile. */
  private async recover(): Promise<void> {
    const { control, watchdog } = this.atWork();
    const replaced: Omit<Recovery, 'recoveryMs'>[] = [];
    let since = Infinity;
    try {
      while (control.get('abort') !== 0) {
        if (this.failure !== null) throw this.failure;
        const lost = this.handles.flatMap(({ rank, loss }) =>
          loss === null ? [] : [{ rank, loss }],
        );
        const losses = lost.map(({ loss }) => loss).sort((a, b) => a.at - b.at);
        const before = this.budget.restarts;
        const backOffMs = this.budget.spend(losses, control.get('steps'));
        since = Math.min(since, ...losses.map(({ at }) => at));
        const graves = lost.map(({ rank, loss }) => this.bury(rank, loss));
        await Promise.all([...graves, delay(backOffMs)]);
        if (this.closing !== null)
          throw new DltrainError('the run ended while a rank was replaced');
        control.restart(lost.map(({ rank }) => rank));
        const recruits = lost.map(({ rank, loss }, i) => {
          const host = this.spares.pop() ?? this.startThread();
          watchdog.restart(rank);
          const restarts = before + i + 1;
          replaced.push({ step: control.get('steps'), rank, reason: reasonOf(loss), restarts });
          return this.enlist(rank, host);
        });
        // One that was lost after the others were counted is replaced in the next turn.
        if (this.handles.some(({ loss }) => loss !== null)) control.abort();
        await this.attempt(recruits, (api) => api.setUp());
      }
    } finally {
      // Also of those that were replaced before one could not be; who has closed the ranks wants to hear no more.
      const recoveryMs = performance.now() - since;
      if (this.closing === null)
        for (const recovery of replaced) this.tell({ ...recovery, recoveryMs });
    }
  }

  /** Waits until a lost rank can touch the memory no more. */
  private async bury(rank: number, { place, what, stack }: Loss): Promise<void> {
    this.handles[rank]?.hangUp();
    if ((await this.handles[rank]?.host.end()) ?? true) return;
    const remark = 'its thread cannot be ended, so none can take its place';
    throw new RankError(place, what, stack, this.budget.restarts, remark);
  }

  private hear(rank: number, failure: Failure): void {
    switch (failure.kind) {
      case 'aborted':
        return;
      case 'non-finite': {
        const { step, parameter, layer, leaf } = failure;
        this.end(new NonFiniteError(step, parameter, layer, leaf));
        return;
      }
      case 'options':
        this.end(new OptionsError(failure.path, failure.message));
        return;
      case 'mistake': {
        const what = `failed with ${failure.message}`;
        this.end(new RankError(this.placeOf(rank), what, failure.stack, this.budget.restarts));
        return;
      }
      case 'error':
        this.lose(rank, `failed with ${failure.message}`, failure.stack, true);
    }
  }

  /** A rank is lost: the others leave what they do. */
  private lose(rank: number, what: string, stack: string | null, isThrown: boolean): void {
    const handle = this.handles[rank];
    const isOver = this.closing !== null || this.failure !== null;
    // A thread that was given up ends as well, later.
    if (isOver || handle?.loss !== null) return;
    const place = this.placeOf(rank);
    if (this.policy.onFailure === 'abort') this.end(new RankError(place, what, stack));
    // It loads its code while the others come to an end.
    else this.spares.push(this.startThread());
    handle.lose({ place, what, stack, isThrown, at: performance.now() });
    this.work?.control.abort();
  }

  private placeOf(rank: number): RankPlace {
    const { phase, step, leaf } = this.atWork().control.rank(rank);
    return { rank, phase, step, leaf: phasesOfLeaves.has(phase) ? leaf : null };
  }

  /** Ends the run: nobody is replaced any more. */
  private end(error: Error): void {
    this.failure ??= error;
    this.endCall?.(this.failure);
    this.work?.control.abort();
  }

  private atWork(): Work {
    if (this.work === null) throw new DltrainError('the ranks have not been set up');
    return this.work;
  }
}

function reasonOf({ place, what }: Loss): string {
  return `${eventText(what)} in ${describePlace(place)}`;
}
