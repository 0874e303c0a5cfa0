/**
 * What to time of a run of steps that goes on.
 *
 * @typedef {object} Window
 * @property {number} warmMs time at the beginning that does not count
 * @property {number} ms time that counts, at least
 */

/** Steps that are timed, however long one takes. */
const leastSteps = 3;

/** Finds a window in a series of steps, given the time at which each ended. */
export class StepWindow {
  /** @type {number | null} */
  #begun = null;
  #steps = 0;

  /**
   * @param {number} now steps that ended before do not count
   * @param {Window} window
   */
  constructor(now, { warmMs, ms }) {
    this.beginAt = now + warmMs;
    this.ms = ms;
  }

  /**
   * @param {number} time at which a step ended
   * @returns {number | null} mean milliseconds a step, once the window is full
   */
  stepEnded(time) {
    if (this.#begun === null) {
      // The step in which the window opens is not timed: its beginning may lie before.
      if (time >= this.beginAt) this.#begun = time;
      return null;
    }
    this.#steps++;
    const elapsed = time - this.#begun;
    return elapsed >= this.ms && this.#steps >= leastSteps ? elapsed / this.#steps : null;
  }
}
