import { refusePromise } from '../memory/scoped.js';

/**
 * Where an op was called, for errors that come up later than the call. Looking at the stack costs ten
 * times what recording an op does, so only the first calls of a thread are remembered, among which
 * a mistake shows as a rule, and all of them under `traceCalls()`.
 */
let remaining = 1000;
let tracing = 0;

/** A stack that is turned into text when somebody reads it. */
export interface CallSite {
  readonly stack?: string;
}

/** Frames to look through for one outside of the library. */
const depth = 24;

export function captureCallSite(): CallSite | null {
  if (tracing === 0 && remaining-- <= 0) return null;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = depth;
  const site: CallSite = {};
  Error.captureStackTrace(site, captureCallSite);
  Error.stackTraceLimit = stackTraceLimit;
  return site;
}

/**
 * Runs `work` and remembers for every op where it was called, so that an error of a later `backward()`
 * can name the line. It takes some microseconds an op.
 * @throws DltrainError when `work` is asynchronous
 *
 * @example
 * traceCalls(() => loss(model.forward(x), y).backward());
 */
export function traceCalls<T>(work: () => T): T {
  tracing++;
  try {
    const result = work();
    refusePromise('traceCalls', result);
    return result;
  } finally {
    tracing--;
  }
}

/** The folder that the library's packages lie in. */
const library = new URL('../../..', import.meta.url).href;

/** A sentence that names the innermost frame outside of the library, or says how to get at it. */
export function describeCallSite(site: CallSite | null): string {
  if (site === null) return '. Run it under traceCalls() to see where it was called';
  const frames = (site.stack ?? '').split('\n').slice(1);
  const outside = frames.find(
    (frame) => /:\d+:\d+\)?$/.test(frame) && !frame.includes('node:') && !isInternal(frame),
  );
  return outside === undefined ? '' : `. It was called ${outside.trim()}`;
}

function isInternal(frame: string): boolean {
  const path = library.replace('file://', '');
  return (frame.includes(library) || frame.includes(path)) && !/\.test\.[jt]s/.test(frame);
}
