import { engine } from '@dltrain/core';
import { eventText } from './event-text.js';
import { metricName } from './objective.js';
import type { TrainEvent } from './options.js';
import type { PreparedRun } from './prepare.js';
import type { RunFiles } from './run-files.js';
import { StepLog } from './step-log.js';

export type Emit = (event: TrainEvent) => void;

/** What a run tells its listeners and its log, on one clock. */
export class RunEvents {
  /** Samples of all steps that were told. */
  trainedSamples = 0;
  private readonly metricNames: readonly string[];
  private readonly stepLog: StepLog;

  /** @param startedAt milliseconds since 1970, less the time that the run did not run */
  constructor(
    private readonly prepared: PreparedRun,
    private readonly files: RunFiles | null,
    private readonly emit: Emit,
    private readonly startedAt: number,
  ) {
    const { orders, control } = prepared;
    const { metrics, layout } = orders;
    this.metricNames = metrics.map(metricName);
    this.stepLog = new StepLog(control, engine().memory, layout.stepLog, metrics.length);
  }

  get elapsedMs(): number {
    return this.elapsedAt(Date.now());
  }

  /** A clock that is set back costs no checkpoint. */
  private elapsedAt(time: number): number {
    return Math.max(0, time - this.startedAt);
  }

  tell(event: TrainEvent): void {
    this.files?.append(event);
    this.emit(event);
  }

  warn(text: string): void {
    const step = this.prepared.control.get('steps');
    const message = eventText(text);
    this.tell({ event: 'warning', step, message, elapsedMs: this.elapsedMs });
  }

  /** Tells of the steps that were committed since the last time. */
  passOnSteps(): void {
    const { parameters } = this.prepared.orders;
    for (const record of this.stepLog.read()) {
      const { time, gradNorm, metrics, nonFinite, leaf, ...step } = record;
      const elapsedMs = this.elapsedAt(time);
      this.trainedSamples += step.samples;
      this.tell({
        event: 'step',
        ...step,
        elapsedMs,
        gradNorm: Number.isNaN(gradNorm) ? null : gradNorm,
        metrics: this.named(metrics),
      });
      if (nonFinite < 0) continue;
      this.tell({
        event: 'nonfinite',
        step: step.step,
        parameter: parameters[nonFinite]?.name ?? 'a parameter',
        leaf: leaf < 0 ? null : leaf,
        elapsedMs,
      });
    }
  }

  /** The values of the run's metrics by their names. */
  named(values: readonly number[]): Record<string, number> {
    return Object.fromEntries(this.metricNames.map((name, i) => [name, values[i] ?? NaN]));
  }
}
