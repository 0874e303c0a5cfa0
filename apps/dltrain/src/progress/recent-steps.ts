import type { StepEvent, TrainEvent } from '@dltrain/runtime';

/** What the last few steps amount to: single batches jump too much to be read. */
export interface Recent {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Zero until two steps are known. */
  readonly samplesPerSecond: number;
  readonly millisecondsPerStep: number;
  /** Steps, of all there were, that left the weights as they were. */
  readonly leftOut: number;
}

const mostKept = 50;

/** Means over the last steps, weighted by their samples. */
export class RecentSteps {
  readonly #kept: { readonly step: StepEvent; readonly clock: number }[] = [];
  /** When the last step or pause ended, and how much of the time until then went into pauses. */
  #last = 0;
  #paused = 0;
  #leftOut = 0;

  /** Takes in any event; most say nothing of the pace of steps. */
  add(event: TrainEvent): void {
    switch (event.event) {
      case 'step':
        this.#addStep(event);
        return;
      // What comes between two steps and is none: the first step after it does not take that long.
      case 'validation':
      case 'statistics':
        this.#paused += event.elapsedMs - this.#last;
        this.#last = event.elapsedMs;
        return;
      case 'recovery':
        // Told at once, perhaps before the last steps are.
        this.#paused += event.recoveryMs;
        return;
      case 'resume':
        // The clock goes on from where it stood, and the steps before are of another process.
        this.#kept.length = 0;
        this.#last = event.elapsedMs;
        return;
      case 'nonfinite':
        this.#leftOut += 1;
        return;
      case 'start':
      case 'checkpoint':
      case 'weights':
      case 'warning':
      case 'end':
        return;
    }
  }

  #addStep(step: StepEvent): void {
    this.#last = step.elapsedMs;
    this.#kept.push({ step, clock: step.elapsedMs - this.#paused });
    if (this.#kept.length > mostKept) this.#kept.shift();
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
      leftOut: this.#leftOut,
    };
  }
}
