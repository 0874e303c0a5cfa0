import type { TrainOptions } from './options.js';

/** Ends a run when a metric has not improved for `patience` validations in a row. */
export class EarlyStopping {
  private best: number;
  private fruitless = 0;

  constructor(private readonly settings: NonNullable<TrainOptions['earlyStopping']>) {
    this.best = settings.mode === 'max' ? -Infinity : Infinity;
  }

  /** Looks at the metrics after a validation. */
  shouldStop(metrics: Readonly<Record<string, number>>): boolean {
    const { monitor, mode, patience, minDelta = 0 } = this.settings;
    const value = metrics[monitor] ?? NaN;
    const gain = mode === 'max' ? value - this.best : this.best - value;
    // A value that is not a number is no gain.
    if (gain > minDelta) {
      this.best = value;
      this.fruitless = 0;
    } else {
      this.fruitless++;
    }
    return this.fruitless >= patience;
  }
}
