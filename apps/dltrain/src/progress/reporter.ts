import type { TrainEvent } from '@dltrain/runtime';

/** Something that follows a run: the terminal, a log file, lines of JSON. */
export interface Reporter {
  event(event: TrainEvent): void;
  /** Something worth saying that is no event, such as that Ctrl-C was heard. */
  note(text: string): void;
  /** Gives back what was taken of the terminal; may be called more than once. */
  close(): void;
}
