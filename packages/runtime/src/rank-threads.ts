import { RankHost } from './rank-host.js';

/** Threads that were started ahead of their run. */
let ahead: readonly RankHost[] = [];

/**
 * Starts the threads of the next run with so many workers, so that they load their code while its
 * data is read. They keep no process from ending.
 */
export function startThreadsAhead(workers: number): void {
  if (ahead.length === 0) ahead = startThreads(workers, false);
}

/** The threads of a run: those started ahead if they are as many and of this kind, else new ones. */
export function takeThreads(workers: number, isScarce: boolean): RankHost[] {
  const started = ahead;
  ahead = [];
  if (started.length === workers && !isScarce) return [...started];
  for (const host of started) void host.end();
  return startThreads(workers, isScarce);
}

function startThreads(workers: number, isScarce: boolean): RankHost[] {
  return Array.from({ length: workers }, () => new RankHost(isScarce));
}
