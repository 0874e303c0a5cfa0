import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalExitCodes } from './signals.js';
import type { StopSignal } from './signals.js';

/** A process that is started again when something kills it. */
export interface Supervised {
  /** The arguments of Node for the first start, or the next, with what `reached` said last. */
  arguments(reached: number | null): Promise<readonly string[]>;
  /** How far the work has come that is kept; null for not at all. */
  reached(): Promise<number | null>;
  /** Called when the process died and is to be started again. */
  onRestart(restart: Restart): void;
  /** Called when it died too often without getting further. */
  onGivingUp(died: Death): void;
  /** Before the first restart after some progress; each further one waits twice as long. */
  readonly firstWaitMs: number;
}

/** How often a process died since it last got further. */
export interface Death {
  /** `SIGKILL`, or `exit code 134`. */
  readonly cause: string;
  readonly deaths: number;
  readonly reached: number | null;
}

export interface Restart extends Death {
  /** Counts from 1. */
  readonly restart: number;
}

/** So many deaths without progress between them have a cause that another start will not cure. */
const mostDeaths = 3;
const longestWaitMs = 60_000;

/** What the operating system, or native code, ends a process by, rather than a person or the program. */
const deadlySignals: ReadonlySet<string> = new Set([
  'SIGKILL',
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGTRAP',
]);

/** The same as shells and containers report it, after 128. */
const deadlyCodes: ReadonlySet<number> = new Set([134, 137, 139]);

/** Exit codes of Windows for what would be a signal elsewhere begin here. */
const firstWindowsFailure = 0xc0000000;

/**
 * Runs a process on the streams of this one, and starts it again as long as it dies and gets further
 * between its deaths. Stop signals are passed on. Tells the exit code: that of the process, or 1 for
 * having given up.
 */
export async function supervise(supervised: Supervised): Promise<number> {
  const stopping = new AbortController();
  let child: ChildProcess | null = null;
  const stoppedBy: StopSignal[] = [];
  const handlers = (Object.keys(signalExitCodes) as StopSignal[]).map((signal) => {
    const handler = (): void => {
      stoppedBy.push(signal);
      stopping.abort();
      // There, every process of a console hears of it, and to send it is to kill.
      if (process.platform !== 'win32') child?.kill(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  try {
    let reached = await supervised.reached();
    let deaths = 0;
    for (let restart = 1; ; restart += 1) {
      const words = await supervised.arguments(reached);
      const [stop] = stoppedBy;
      if (stop !== undefined) return signalExitCodes[stop];
      child = spawn(process.execPath, words, { stdio: 'inherit' });
      const ended = await endOf(child);
      child = null;
      const cause = deathCause(ended);
      if (cause === null || stoppedBy.length > 0) return exitCodeOf(ended);
      const now = await supervised.reached();
      deaths = now !== null && (reached === null || now > reached) ? 1 : deaths + 1;
      reached = now;
      if (deaths === mostDeaths) {
        supervised.onGivingUp({ cause, deaths, reached });
        return 1;
      }
      supervised.onRestart({ cause, deaths, reached, restart });
      const wait = Math.min(longestWaitMs, supervised.firstWaitMs * 2 ** (deaths - 1));
      await sleep(wait, undefined, { signal: stopping.signal }).catch((error: unknown) => {
        if (!stopping.signal.aborted) throw error;
      });
    }
  } finally {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  }
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** What killed a process, or null where it ended by itself or was asked to. */
function deathCause({ code, signal }: Ended): string | null {
  if (signal !== null) return deadlySignals.has(signal) ? signal : null;
  const isDeadly = code !== null && (deadlyCodes.has(code) || code >= firstWindowsFailure);
  return isDeadly ? `exit code ${code}` : null;
}

/** As shells count a process that a signal ended. */
function exitCodeOf({ code, signal }: Ended): number {
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}
