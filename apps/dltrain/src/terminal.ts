import { createColors } from 'picocolors';

type Colors = ReturnType<typeof createColors>;

/** Whether a line may be redrawn in place: on a terminal, and not in a log of a build server. */
export function isLive(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && environment['TERM'] !== 'dumb' && !isSet(environment['CI']);
}

/** Colours for a stream: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal. */
export function colorsFor(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Colors {
  if (isSet(environment['NO_COLOR'])) return createColors(false);
  if (isSet(environment['FORCE_COLOR'])) return createColors(environment['FORCE_COLOR'] !== '0');
  return createColors(stream.isTTY === true && environment['TERM'] !== 'dumb');
}

/**
 * A reader that goes away, such as `head`, must neither end the run nor print a stack: from then on
 * nothing more is written to that stream.
 */
export function survivePipes(onClosed: (name: 'stdout' | 'stderr') => void): void {
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
      onClosed(name);
    });
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
