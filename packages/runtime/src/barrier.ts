import type { ControlBlock } from './control-block.js';

/**
 * Loads before a waiting rank goes to sleep, some 0.1 ms. Ranks that are computing come sooner as a rule. One that was
 * put off its core does not, and sleeping leaves it this one.
 */
const spins = 20_000;
/** How long a sleeper goes without looking at the abort word. */
const sleepMs = 100;

/**
 * Where all ranks meet. The last to arrive does what has to happen exactly once, between what came
 * before and what comes after, and then lets everybody go.
 */
export class Barrier {
  constructor(
    private readonly control: ControlBlock,
    /** Whether every rank has a core of its own; spinning would keep others from theirs. */
    private readonly spin: boolean,
    /** Called a few times a second while this thread sleeps here. */
    private readonly beat: () => void = () => undefined,
  ) {}

  /**
   * Waits until every rank has arrived.
   * @param last run by the last to arrive, while the others still wait
   * @throws AbortedError when the ranks are called back meanwhile
   */
  meet(last?: () => void): void {
    const { control } = this;
    const opened = control.get('opened');
    // The add releases this rank's writes; whoever arrives last acquires those of all.
    if (control.add('arrived', 1) + 1 === control.workers) {
      control.checkAbort();
      control.set('arrived', 0);
      last?.();
      control.add('opened', 1);
      control.wake('opened');
      return;
    }
    for (let spun = this.spin ? 0 : spins; spun < spins; spun++) {
      if (control.get('opened') !== opened) return;
    }
    while (control.get('opened') === opened) {
      control.checkAbort();
      this.beat();
      control.wait('opened', opened, sleepMs);
    }
  }
}
