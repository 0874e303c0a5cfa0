import type { TrainOptions } from './options.js';

/** What a run that goes on has to know of the validations before. */
export interface EarlyStoppingState {
  /** Infinite before the first. */
  readonly best: number;
  /** Validations since then. */
  readonly fruitless: number;
}

/** Ends a run when a metric has not improved for `patience` validations in a row. */
export class EarlyStopping {
  private best: number;
  private fruitless: number;

  constructor(
    private readonly settings: NonNullable<TrainOptions['earlyStopping']>,
    state: EarlyStoppingState | null = null,
  ) {
    this.best = state?.best ?? (settings.mode === 'max' ? -Infinity : Infinity);
    this.fruitless = state?.fruitless ?? 0;
  }

  get state(): EarlyStoppingState {
    return { best: this.best, fruitless: this.fruitless };
  }

  /** Whether the last validation was one too many without an improvement. */
  get isDue(): boolean {
    return this.fruitless >= this.settings.patience;
  }

  /** Looks at the metrics after a validation. */
  observe(metrics: Readonly<Record<string, number>>): void {
    const { monitor, mode, minDelta = 0 } = this.settings;
    const value = metrics[monitor] ?? NaN;
    const gain = mode === 'max' ? value - this.best : this.best - value;
    // A value that is not a number is no gain.
    if (gain > minDelta) {
      this.best = value;
      this.fruitless = 0;
    } else {
      this.fruitless++;
    }
  }
}
