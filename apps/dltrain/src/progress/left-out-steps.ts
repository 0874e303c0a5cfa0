import { formatCount } from './format.js';

/** So many are told one by one; a run that has gone astray has one a step. */
const mostTold = 5;

/** Which of the steps that left the weights as they were are told one by one, and how many were not. */
export class LeftOutSteps {
  #count = 0;
  #untold = 0;

  /** @returns whether this one is told by itself */
  add(): boolean {
    this.#count += 1;
    if (this.#count <= mostTold) return true;
    this.#untold += 1;
    return false;
  }

  /** A line for all that were not told of so far; null for none. */
  take(): string | null {
    const more = this.#untold;
    if (more === 0) return null;
    this.#untold = 0;
    const steps = `${formatCount(more)} more ${more === 1 ? 'step' : 'steps'}`;
    return `${steps} left the weights as they were, ${formatCount(this.#count)} so far`;
  }
}
