/** Events that may wait for a slow reader; beyond that the oldest that can be spared are dropped. */
const capacity = 65_536;

/**
 * A queue between one writer and one reader that iterates it. Without a reader nothing is kept. A
 * reader that lags far behind loses the oldest events that `spare` allows to lose.
 */
export class EventQueue<T> implements AsyncIterable<T> {
  private waiting: T[] = [];
  private wake: (() => void) | null = null;
  private ended = false;
  private readers = 0;

  constructor(private readonly spare: (event: T) => boolean) {}

  push(event: T): void {
    if (this.readers === 0) return;
    this.waiting.push(event);
    if (this.waiting.length > capacity) {
      const half = this.waiting.length / 2;
      this.waiting = this.waiting.filter((old, i) => i >= half || !this.spare(old));
    }
    this.wake?.();
  }

  /** Ends the iteration once the reader has everything. */
  end(): void {
    this.ended = true;
    this.wake?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    this.readers++;
    return {
      next: async () => {
        for (;;) {
          const event = this.waiting.shift();
          if (event !== undefined) return { done: false, value: event };
          if (this.ended) return { done: true, value: undefined };
          await new Promise<void>((resolve) => {
            this.wake = resolve;
          });
        }
      },
      return: () => {
        this.readers--;
        this.waiting = [];
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}
