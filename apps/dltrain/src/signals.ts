/** The exit code of a process that a signal ended, as shells count it. */
export const signalExitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export type StopSignal = keyof typeof signalExitCodes;

/**
 * A Ctrl-C may arrive twice at once: from the terminal itself, and from a launcher that passes it
 * on. Nobody presses it twice as fast as this.
 */
const echoMilliseconds = 250;

/**
 * Calls `onFirst` at the first signal, which gets to finish its step and save; a second one ends the
 * process at once, after `onSecond`. Returns what takes the handlers off again.
 */
export function handleStopSignals(
  onFirst: (signal: StopSignal) => void,
  onSecond: () => void,
): () => void {
  let heardAt: number | null = null;
  const handlers = (Object.keys(signalExitCodes) as StopSignal[]).map((signal) => {
    const handler = (): void => {
      if (heardAt === null) {
        heardAt = Date.now();
        onFirst(signal);
      } else if (Date.now() - heardAt > echoMilliseconds) {
        onSecond();
        process.exit(signalExitCodes[signal]);
      }
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}
