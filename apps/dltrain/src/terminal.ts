import { createColors } from 'picocolors';

type Colors = ReturnType<typeof createColors>;

/** Whether a line may be redrawn in place: on a terminal, and not in a log of a build server. */
export function isLive(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  return isTerminal(stream, environment) && !isSet(environment.CI);
}

/** Colours for a stream: NO_COLOR and FORCE_COLOR decide, else whether it is a terminal. */
export function colorsFor(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Colors {
  if (isSet(environment.NO_COLOR)) return createColors(false);
  if (isSet(environment.FORCE_COLOR)) return createColors(environment.FORCE_COLOR !== '0');
  return createColors(isTerminal(stream, environment));
}

/** A terminal that does not know its size says 0, as `script` and some build servers do. */
export function widthOf({ columns }: { readonly columns?: number }): number {
  return columns === undefined || columns === 0 ? 80 : columns;
}

/** The stream of a terminal, with a size in any case. */
export function sized(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return new Proxy(stream, {
    get(target, key) {
      if (key === 'columns') return widthOf(target);
      if (key === 'rows') return target.rows || 24;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function isTerminal(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  // Streams that are no terminal do not have the property at all.
  return 'isTTY' in stream && stream.isTTY && environment.TERM !== 'dumb';
}

/** Streams that take nothing more, and why, where that is worth saying: not of a reader that went away. */
const closed = new Map<NodeJS.WriteStream, string | null>();

/** A pipe without a reader, and a terminal that is gone. */
const readerGone: ReadonlySet<string | undefined> = new Set([
  'EPIPE',
  'EIO',
  'ERR_STREAM_DESTROYED',
]);

/**
 * A reader that goes away, such as `head`, must neither end the process nor print a stack: from then
 * on nothing more is written to that stream. Nor may a full disk behind it end a run.
 */
export function survivePipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (closed.has(stream)) return;
      closed.set(stream, readerGone.has(error.code) ? null : error.message);
    });
  }
}

/** What writes to stdout itself, once that is kept. */
let writeToStdout: typeof process.stdout.write | null = null;

/**
 * Keeps stdout for results: whatever else is printed there, such as by a module of the user in this thread or in
 * a rank's, whose output comes through this stream, goes to stderr from then on.
 */
export function keepStdout(): void {
  const { stdout, stderr } = process;
  writeToStdout ??= stdout.write.bind(stdout);
  const print = stderr.write.bind(stderr) as (...printed: unknown[]) => boolean;
  stdout.write = (...printed: unknown[]): boolean => {
    print(...printed);
    // Who is told to wait would wait for stdout to drain.
    return true;
  };
}

/** Writes to a stream unless its reader is gone. */
export function writeTo(stream: NodeJS.WriteStream, text: string): void {
  if (!closed.has(stream)) push(stream, text);
}

/** Writes to a stream; false where it is to be waited for. */
function push(stream: NodeJS.WriteStream, text: string): boolean {
  return stream === process.stdout && writeToStdout !== null
    ? writeToStdout(text)
    : stream.write(text);
}

/**
 * Writes to stdout and waits until it is taken, so that memory stays bounded; false once it takes
 * nothing more.
 */
export async function writeOut(text: string): Promise<boolean> {
  const { stdout } = process;
  if (closed.has(stdout)) return false;
  if (!push(stdout, text)) {
    await new Promise<void>((resolve) => {
      stdout
        .once('drain', resolve)
        .once('close', resolve)
        .once('error', () => resolve());
    });
  }
  return !closed.has(stdout);
}

/** Why stdout lacks some of what was written to it, such as that the disk is full; null where it has all. */
export async function whatStdoutLost(): Promise<string | null> {
  // A write to a file tells of its failure only once the event loop goes on.
  await new Promise((resolve) => setImmediate(resolve));
  return closed.get(process.stdout) ?? null;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
