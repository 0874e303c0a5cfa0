import { describePlace, RankError } from './errors.js';
import type { Loss } from './rank-handle.js';

const firstBackOffMs = 100;
const longestBackOffMs = 5000;

/** How often ranks may be replaced in a run, and how soon. */
export class RestartBudget {
  private spent = 0;
  /** What was thrown and where, the last time that ranks were lost. */
  private lastThrown: ReadonlySet<string> = new Set();
  private lastSteps = -1;
  private backOffMs = 0;

  constructor(private readonly maxRestarts: number) {}

  /** Ranks that were replaced so far. */
  get restarts(): number {
    return this.spent;
  }

  /**
   * Counts the replacement of lost ranks.
   *
   * @param steps steps that are committed
   * @returns how long to wait before: not at all the first time, then longer each time that no step was
   *   committed since
   * @throws RankError when it is no use, or has been done often enough
   */
  spend(losses: readonly Loss[], steps: number): number {
    const [first] = losses;
    if (first === undefined) return 0;
    const giveUp = ({ place, what, stack }: Loss, remark: string): never => {
      throw new RankError(place, what, stack, this.spent, remark);
    };
    const keys = losses.filter(({ isThrown }) => isThrown).map(keyOf);
    const isStuck = steps === this.lastSteps;
    const isKnown = (loss: Loss) => isStuck && loss.isThrown && this.lastThrown.has(keyOf(loss));
    const again = losses.find(isKnown);
    if (again !== undefined) {
      giveUp(again, 'the same was thrown there before and would be again, so it is not tried anew');
    }
    if (this.spent + losses.length > this.maxRestarts) {
      giveUp(
        first,
        `${replaced(this.spent)} before, and parallel.maxRestarts is ${this.maxRestarts}`,
      );
    }
    const doubled = Math.min(Math.max(firstBackOffMs, 2 * this.backOffMs), longestBackOffMs);
    this.backOffMs = isStuck ? doubled : 0;
    this.lastSteps = steps;
    this.lastThrown = new Set(keys);
    this.spent += losses.length;
    return this.backOffMs;
  }
}

/** The same for what is thrown once more at the same place, by whichever rank. */
function keyOf({ place, what }: Loss): string {
  return `${what} in ${describePlace(place)}`;
}

function replaced(ranks: number): string {
  return ranks === 1 ? '1 rank was replaced' : `${ranks} ranks were replaced`;
}
