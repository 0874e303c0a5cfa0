import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { releaseProxy, wrap, type Remote } from 'comlink';
import type { RankPlace } from './errors.js';
import { nodeEndpoint } from './node-endpoint.js';
import type { RankOrders } from './rank-context.js';
import type { RankHost } from './rank-host.js';
import type { Outcome, RankApi } from './rank-protocol.js';

/** A call that the main thread makes to a rank. */
export type Call<T> = (api: Remote<RankApi>) => Promise<Outcome<T>>;

/** How a rank was lost. */
export interface Loss {
  readonly place: RankPlace;
  readonly what: string;
  readonly stack: string | null;
  /** Whether the rank threw, and so may do the same again; it has not merely vanished. */
  readonly isThrown: boolean;
  /** When it was noticed, by `performance.now()`. */
  readonly at: number;
}

/** One rank, seen from the main thread, from the start of its thread to the end of it. */
export class RankHandle {
  /** How the rank was lost; null while it is there. */
  loss: Loss | null = null;
  private readonly api: Remote<RankApi>;
  private readonly port: MessagePort;
  /** Settles when the rank's thread has left its task, whatever the reason. */
  private readonly task: Promise<void>;
  /** Ends the wait for an answer; null while none is due. */
  private release: (() => void) | null = null;

  /** @param onEnd called when the thread leaves its task, which it does only when it is told to */
  constructor(
    readonly rank: number,
    orders: RankOrders,
    readonly host: RankHost,
    onEnd: (what: string, stack: string | null) => void,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.api = wrap<RankApi>(nodeEndpoint(port1));
    this.task = host.run({ rank, orders, port: port2 }).then(
      () => {
        onEnd('left its task', null);
      },
      (error: unknown) => {
        const isError = error instanceof Error;
        const what = `ended (${isError ? error.message : String(error)})`;
        onEnd(what, isError ? (error.stack ?? null) : null);
      },
    );
  }

  /** Whether an answer is due. */
  get isBusy(): boolean {
    return this.release !== null;
  }

  /** What the rank answers; null when it was lost before it did. Settles in either case. */
  async ask<T>(call: Call<T>): Promise<Outcome<T> | null> {
    if (this.loss !== null) return null;
    try {
      return await new Promise<Outcome<T> | null>((resolve, reject) => {
        this.release = () => {
          resolve(null);
        };
        call(this.api).then(resolve, reject);
      });
    } finally {
      this.release = null;
    }
  }

  /** From now on the rank is lost, and nobody waits for it. */
  lose(loss: Loss): void {
    this.loss = loss;
    this.release?.();
  }

  /** Lets the rank return from its task. */
  async dismiss(): Promise<void> {
    await Promise.race([this.api.finish(), this.task]);
    await this.task;
  }

  /** Ends the talk with the rank. */
  hangUp(): void {
    this.api[releaseProxy]();
    this.port.close();
  }
}
