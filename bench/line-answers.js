/** The other end of a LineProcess. */
import process from 'node:process';
import { createInterface } from 'node:readline';

/** @param {unknown} value */
export function say(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/**
 * Answers requests until there are no more.
 *
 * @param {(request: Record<string, unknown>) => unknown} answer
 */
export async function answerRequests(answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    /** @type {Record<string, unknown>} */
    const request = JSON.parse(line);
    say(await answer(request));
  }
}

/** The most memory that this process has held at a time, in bytes. */
export function peakBytes() {
  return process.resourceUsage().maxRSS * 1024;
}
