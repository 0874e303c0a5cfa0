import type { StepEvent, ValidationEvent } from '@dltrain/runtime';

/** What the last few steps amount to: single batches jump too much to be read. */
export interface Recent {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Zero until two steps are known. */
  readonly samplesPerSecond: number;
  readonly millisecondsPerStep: number;
}

const mostKept = 50;

/** Means over the last steps, weighted by their samples. */
export class RecentSteps {
  readonly #kept: { readonly step: StepEvent; readonly clock: number }[] = [];
  /** When the last event came, and how much of the time until then went into validation. */
  #last = 0;
  #validating = 0;

  addStep(step: StepEvent): void {
    this.#last = step.elapsedMs;
    this.#kept.push({ step, clock: step.elapsedMs - this.#validating });
    if (this.#kept.length > mostKept) this.#kept.shift();
  }

  addValidation(validation: ValidationEvent): void {
    this.#validating += validation.elapsedMs - this.#last;
    this.#last = validation.elapsedMs;
  }

  read(): Recent {
    let samples = 0;
    let loss = 0;
    const sums: Record<string, number> = {};
    for (const { step } of this.#kept) {
      samples += step.samples;
      loss += step.loss * step.samples;
      for (const [name, value] of Object.entries(step.metrics)) {
        sums[name] = (sums[name] ?? 0) + value * step.samples;
      }
    }
    const metrics = Object.fromEntries(
      Object.entries(sums).map(([name, sum]) => [name, sum / samples]),
    );
    // The first kept step began at an unknown time, so it only marks the beginning.
    const first = this.#kept[0];
    const elapsed = (this.#kept.at(-1)?.clock ?? 0) - (first?.clock ?? 0);
    const timed = samples - (first?.step.samples ?? 0);
    return {
      loss: loss / samples,
      metrics,
      samplesPerSecond: elapsed > 0 ? (timed / elapsed) * 1000 : 0,
      millisecondsPerStep: elapsed > 0 ? elapsed / (this.#kept.length - 1) : 0,
    };
  }
}
