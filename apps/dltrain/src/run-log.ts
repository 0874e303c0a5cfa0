import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `train.log` of a run: what people read. A disk that takes no more of it does not end the run; that is
 * told once, and later lines are tried all the same.
 */
export class RunLog {
  readonly #file: number;
  readonly #tell: (failure: string) => void;
  #isTold = false;
  #isClosed = false;

  constructor(runDirectory: string, tell: (failure: string) => void) {
    this.#file = openSync(join(runDirectory, 'train.log'), 'a');
    this.#tell = tell;
  }

  write(line: string): void {
    this.#attempt(() => writeSync(this.#file, `${line}\n`));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#attempt(() => closeSync(this.#file));
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#isTold) return;
      this.#isTold = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell(`train.log cannot be written (${reason}); the run goes on without it`);
    }
  }
}
