/**
 * How far apart two cores are. Virtual ones are moved between physical ones while a machine runs: two that
 * share a cache for a while do not a second later, and whatever two threads hand each other takes five times
 * as long. Beside a figure of two workers it says in which state the machine was.
 */
import { KernelRoom } from './kernel-room.js';
import { timedByItself } from './micro.js';
import { RankTeam } from './rank-team.js';
import { duration } from './table.js';

const name = 'ceiling: two threads meet';
/** Meetings at a time: so many that the message that asks for them does not count. */
const meetings = 1000;

export class CoreDistance {
  #team;
  #timing;

  /** @param {Pick<import('./suite.js').Context, 'compiled' | 'timing'>} context */
  constructor({ compiled, timing }) {
    this.#team = new RankTeam(new KernelRoom(compiled.exact, 2 ** 25), 2, 1);
    this.#timing = timing;
  }

  contender() {
    const time = () => this.#team.time('meetSpinning', meetings);
    return timedByItself(name, time, meetings, this.#timing);
  }

  /**
   * @param {import('./ceilings.js').Results} results
   * @returns {import('./suite.js').Measurement[]}
   */
  measurements(results) {
    const ms = results.get(name);
    return ms === undefined ? [] : [{ name, ms, rate: ms.median * 1e6, unit: 'ns/call' }];
  }

  /** @param {import('./ceilings.js').Results} results */
  notes(results) {
    const ms = results.get(name);
    return ms === undefined ? [] : [noteOf(ms)];
  }

  close() {
    return this.#team.close();
  }
}

/** @param {import('./statistics.js').Summary} ms */
export function noteOf({ median, rounds }) {
  const [least, most] = [Math.min(...rounds), Math.max(...rounds)];
  const moved = most > 2 * least ? ': the cores did not stay where they were' : '';
  return `two threads met in ${duration(median)} (${duration(least)} to ${duration(most)})${moved}`;
}
