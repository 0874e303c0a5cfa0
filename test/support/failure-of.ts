import { train, type TrainEvent, type TrainOptions } from '@dltrain/runtime';
import { expect } from 'vitest';

/** What a run failed with, which its iteration throws as well, and its events until then. */
export async function failureOf(
  options: TrainOptions,
): Promise<{ error: unknown; events: TrainEvent[] }> {
  const run = train(options);
  const events: TrainEvent[] = [];
  let thrown: unknown = null;
  try {
    for await (const event of run) events.push(event);
  } catch (error) {
    thrown = error;
  }
  const error = await run.result.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(thrown).toBe(error);
  return { error, events };
}
