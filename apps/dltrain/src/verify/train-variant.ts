import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RecoveryEvent, StartEvent, WeightsEvent } from '@dltrain/runtime';
import type { Outcome } from './judge.js';
import type { Message, Order, Variant } from './variant.js';

const script = fileURLToPath(new URL('./child.js', import.meta.url));

/** A process tells every ten seconds that it is well, unless it loads data without a pause. */
const silenceMs = 600_000;

/** Of what a process says on stderr, the end is kept. */
const keptCharacters = 4096;

/**
 * Trains one variant in a process of its own, on its Node.
 *
 * @returns null when the signal ended it
 */
export async function trainVariant(
  variant: Variant,
  order: Order,
  observe: {
    readonly signal: AbortSignal;
    readonly onStep: (step: number) => void;
    /** Weights that other variants had, which are kept but once where they agree. */
    readonly held: Map<string, WeightsEvent>;
  },
): Promise<Outcome | null> {
  const { signal, onStep, held } = observe;
  const child = spawn(variant.node.path, [script, JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // In a group of its own Ctrl-C does not reach it, and it does not look as if it had failed. It ends with this
    // process all the same: the channel tells it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end);

  const trail: WeightsEvent[] = [];
  const recoveries: RecoveryEvent[] = [];
  const told: { start: StartEvent | null; failure: string | null } = { start: null, failure: null };
  const silence = setTimeout(() => {
    told.failure = `its process told nothing for ${silenceMs / 60_000} minutes, and was ended`;
    end();
  }, silenceMs);
  const hear = (event: Message): void => {
    switch (event.event) {
      case 'start':
        told.start = event;
        return;
      case 'weights':
        trail.push(heldOr(event, held));
        onStep(event.step);
        return;
      case 'recovery':
        recoveries.push(event);
        return;
      case 'failed':
        told.failure = event.message;
        return;
      case 'alive':
        return;
    }
  };
  child.on('message', (message: unknown) => {
    silence.refresh();
    // A module of the user's may send what it likes.
    if (typeof message === 'object' && message !== null && 'event' in message) {
      hear(message as Message);
    }
  });
  const ending = await endOf(child);
  clearTimeout(silence);
  signal.removeEventListener('abort', end);
  if (signal.aborted) return null;
  return { variant, start: told.start, trail, recoveries, failure: told.failure ?? ending };
}

function heldOr(event: WeightsEvent, held: Map<string, WeightsEvent>): WeightsEvent {
  const key = `${event.step} ${event.sha256}`;
  const known = held.get(key) ?? event;
  held.set(key, known);
  return known;
}

/** Waits until a process has ended and all it told has come; says how it ended if not by itself and well. */
async function endOf(child: ChildProcess): Promise<string | null> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptCharacters);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`its process did not start: ${error.message}`));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(null);
      const how = signal === null ? `ended with code ${code ?? 1}` : `was ended by ${signal}`;
      const said = stderr.trim();
      resolve(`its process ${how}${said === '' ? '' : `: ${said}`}`);
    });
  });
}
