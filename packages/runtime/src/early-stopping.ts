import { OptionsError } from './errors.js';
import type { TrainOptions } from './options.js';

type Settings = NonNullable<TrainOptions['earlyStopping']>;

/** Ends a run when a metric has not improved for `patience` validations in a row. */
export class EarlyStopping {
  private best: number;
  private fruitless = 0;

  private constructor(private readonly settings: Settings | null) {
    this.best = settings?.mode === 'max' ? -Infinity : Infinity;
  }

  static of(settings: Settings | null | undefined): EarlyStopping {
    return new EarlyStopping(settings ?? null);
  }

  /** Looks at the metrics after a validation. */
  shouldStop(metrics: Readonly<Record<string, number>>): boolean {
    if (this.settings === null) return false;
    const { monitor, mode, patience, minDelta = 0 } = this.settings;
    const value = metrics[monitor];
    if (value === undefined) {
      throw new OptionsError(
        ['earlyStopping', 'monitor'],
        `there is no metric ${monitor}; a validation gives ${Object.keys(metrics).join(', ') || 'none'}`,
      );
    }
    const gain = mode === 'max' ? value - this.best : this.best - value;
    if (gain > minDelta) {
      this.best = value;
      this.fruitless = 0;
    } else {
      this.fruitless++;
    }
    return this.fruitless >= patience;
  }
}
