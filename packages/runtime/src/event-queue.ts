/** Events that may wait for a slow reader; beyond that the oldest that can be spared are dropped. */
const capacity = 65_536;

/**
 * Hands the events of one writer to everybody who iterates it. A reader gets what comes after it has
 * begun, so without one nothing is kept. One that lags far behind loses the oldest events that
 * `spare` allows to lose. After a failure every reader gets what was still waiting for it, and then the
 * error.
 */
export class EventQueue<T> implements AsyncIterable<T> {
  private readonly readers = new Set<Reader<T>>();
  private ended = false;
  private failure: { readonly error: unknown } | null = null;

  constructor(private readonly spare: (event: T) => boolean) {}

  push(event: T): void {
    for (const reader of this.readers) {
      reader.waiting.push(event);
      if (reader.waiting.length > reader.most) {
        const half = reader.waiting.length / 2;
        reader.waiting = reader.waiting.filter((old, i) => i >= half || !this.spare(old));
        // What cannot be spared is not to be looked through again at every event.
        reader.most = Math.max(capacity, 1.5 * reader.waiting.length);
      }
      wake(reader);
    }
  }

  /** Ends each iteration once its reader has everything. */
  end(): void {
    this.ended = true;
    for (const reader of this.readers) wake(reader);
  }

  /**
   * Ends each iteration with an error once its reader has everything.
   * @returns whether anybody is iterating, who will hear of it
   */
  fail(error: unknown): boolean {
    this.failure = { error };
    this.end();
    return this.readers.size > 0;
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    const reader: Reader<T> = { waiting: [], most: capacity, sleepers: [] };
    this.readers.add(reader);
    return {
      next: async () => {
        for (;;) {
          const event = reader.waiting.shift();
          if (event !== undefined) return { done: false, value: event };
          const isDone = !this.readers.has(reader);
          if (isDone || this.ended) this.readers.delete(reader);
          if (!isDone && this.failure !== null) throw this.failure.error;
          if (isDone || this.ended) return { done: true, value: undefined };
          await new Promise<void>((resolve) => {
            reader.sleepers.push(resolve);
          });
        }
      },
      return: () => {
        this.readers.delete(reader);
        reader.waiting = [];
        wake(reader);
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}

interface Reader<T> {
  waiting: T[];
  /** How many may wait until the oldest are looked through. */
  most: number;
  /** Calls of `next` that found nothing. */
  sleepers: (() => void)[];
}

function wake<T>(reader: Reader<T>): void {
  for (const look of reader.sleepers.splice(0)) look();
}
