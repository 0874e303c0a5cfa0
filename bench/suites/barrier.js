import { KernelRoom } from '../kernel-room.js';
import { timedByItself } from '../micro.js';
import { RankTeam } from '../rank-team.js';
import { interleave, spread } from '../statistics.js';
import { digits, duration, percent } from '../table.js';

const workers = 2;
/** Meetings in one sample: so many that the message that asks for them does not count. */
const meetings = 1000;

/** @type {readonly { name: string, work: import('../rank-team.js').Work }[]} */
const ways = [
  { name: `barrier of ${workers} threads, spinning`, work: 'meetSpinning' },
  { name: `barrier of ${workers} threads, sleeping`, work: 'meetSleeping' },
];

/** @type {import('../suite.js').Suite} */
export const barrier = {
  name: 'barrier',
  title: `the barrier of ${workers} threads`,
  async run({ compiled, timing }) {
    const team = new RankTeam(new KernelRoom(compiled.exact, 2 ** 25), workers, 1);
    const results = await interleave(
      ways.map(({ name, work }) =>
        timedByItself(name, () => team.time(work, meetings), meetings, timing),
      ),
      timing.rounds,
    );
    await team.close();
    const measurements = [...results].map(([name, ms]) => {
      return { name, ms, rate: 1e-3 / ms.median, unit: 'M/s' };
    });
    return {
      measurements,
      ratios: [],
      tables: [
        {
          title: 'All threads meet, and the last lets the others go',
          header: ['', 'time', 'M/s', 'spread'],
          rows: measurements.map(({ name, ms, rate }) => [
            name,
            duration(ms.median),
            digits(rate),
            percent(spread(ms)),
          ]),
          notes: [
            'spinning: a core for each thread; sleeping: what happens with more threads than cores',
          ],
        },
      ],
    };
  },
};
