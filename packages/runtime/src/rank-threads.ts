import { Piscina } from 'piscina';
import type { RankTask } from './rank-protocol.js';

/** Threads that wait for the tasks of ranks, one each. */
export type RankThreads = Piscina<RankTask, void>;

/** Threads that were started ahead of their run. */
let ahead: RankThreads | null = null;

/**
 * Starts the threads of the next run with so many workers, so that they load their code while its
 * data is read. They keep no process from ending.
 */
export function startThreadsAhead(workers: number): void {
  ahead ??= startThreads(workers);
}

/** The threads of a run: those started ahead if they are as many, else new ones. */
export function takeThreads(workers: number): RankThreads {
  const started = ahead;
  ahead = null;
  if (started?.options.maxThreads === workers) return started;
  void started?.destroy();
  return startThreads(workers);
}

function startThreads(workers: number): RankThreads {
  return new Piscina<RankTask, void>({
    filename: new URL('./rank-thread.js', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    // A rank answers messages while its task is under way; piscina must not block its loop.
    atomics: 'disabled',
  });
}
