import type { ControlBlock } from './control-block.js';
import { startUpMs } from './start-up.js';

/** One that waits for others gives a sign a few times a second; the timeout may be shorter than that. */
const waitingMs = 1000;

export interface WatchdogOwner {
  /** Whether a rank has been asked for something and has not answered yet. */
  isBusy(rank: number): boolean;
  /** Called when a rank that should get on has not done so for too long. */
  report(rank: number, what: string): void;
}

/**
 * Looks, a few times within the timeout, whether each rank that should work gets on: its heartbeat
 * has to move, unless nobody has asked it for anything.
 */
export class Watchdog {
  private readonly everyMs: number;
  private readonly timer: NodeJS.Timeout;
  private readonly seen: { heartbeat: number; silentMs: number }[];
  private lookedAt = performance.now();
  /** How long all ranks have waited at a barrier that did not open. */
  private readonly standstill = { opened: -1, ms: 0 };

  constructor(
    private readonly control: ControlBlock,
    private readonly timeoutMs: number,
    private readonly owner: WatchdogOwner,
  ) {
    this.seen = Array.from({ length: control.workers }, () => ({ heartbeat: -1, silentMs: 0 }));
    this.everyMs = Math.min(250, Math.max(10, timeoutMs / 4));
    this.timer = setInterval(() => {
      this.look();
    }, this.everyMs);
  }

  /** Begins anew with a rank whose thread is another now. */
  restart(rank: number): void {
    this.seen[rank] = { heartbeat: -1, silentMs: 0 };
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const now = performance.now();
    // While this thread was held up, or the machine asleep, the ranks may have been so, too.
    const passedMs = Math.min(now - this.lookedAt, 2 * this.everyMs);
    this.lookedAt = now;
    this.lookAtBarrier(passedMs);
    this.seen.forEach((last, rank) => {
      const { phase, heartbeat } = this.control.rank(rank);
      if (!this.owner.isBusy(rank) || heartbeat !== last.heartbeat) {
        last.heartbeat = heartbeat;
        last.silentMs = 0;
        return;
      }
      last.silentMs += passedMs;
      const leastMs = phase === 'start-up' ? startUpMs : phase === 'waiting' ? waitingMs : 0;
      const limitMs = Math.max(this.timeoutMs, leastMs);
      if (last.silentMs > limitMs) {
        this.owner.report(rank, `has not answered for ${(limitMs / 1000).toFixed(1)} s`);
      }
    });
  }

  /** Ranks that all wait for each other give signs of life for ever. */
  private lookAtBarrier(passedMs: number): void {
    const { control, standstill } = this;
    const busy = this.seen.flatMap((_, rank) => (this.owner.isBusy(rank) ? [rank] : []));
    const [first] = busy;
    const opened = control.get('opened');
    const doWait = busy.every((rank) => control.rank(rank).phase === 'waiting');
    if (first === undefined || !doWait || opened !== standstill.opened) {
      standstill.opened = opened;
      standstill.ms = 0;
      return;
    }
    standstill.ms += passedMs;
    if (standstill.ms > Math.max(this.timeoutMs, waitingMs)) {
      standstill.ms = 0;
      this.owner.report(first, 'waits for ranks that all wait');
    }
  }
}
