import { KernelRoom } from '../kernel-room.js';
import { timedByItself } from '../micro.js';
import { RankTeam } from '../rank-team.js';
import { interleave, ratio, spread } from '../statistics.js';
import { digits, duration, percent } from '../table.js';
import { largeMlp } from '../workloads/mlp.js';

const teamSizes = [1, 2];
/** Weights and biases. */
const parameters = largeMlp.linears.reduce(
  (sum, { inputs, outputs }) => sum + (inputs + 1) * outputs,
  0,
);
/** Times in one sample, so that the message that asks for them does not count. */
const times = 10;

/** @type {readonly { title: string, work: import('../rank-team.js').Work, bytes: number }[]} */
const works = [
  // Two numbers read and one written; every thread merges whole gradients of its own.
  { title: 'merge two gradients', work: 'merge', bytes: 12 },
  // The sum as above, read again for the check and the update; two reads and two writes besides.
  { title: 'reduce and update slices', work: 'reduceAndUpdate', bytes: 36 },
];

/** @type {import('../suite.js').Suite} */
export const reduce = {
  name: 'reduce',
  title: 'reduction and update of the gradients of workload B',
  async run({ compiled, timing, ceilings }) {
    const room = new KernelRoom(compiled.exact, 2 ** 27);
    const teams = teamSizes.map((workers) => new RankTeam(room, workers, parameters));
    const results = await interleave(
      [
        ...works.flatMap(({ title, work }) =>
          teams.map((team) =>
            timedByItself(key(title, team), () => team.time(work, times), times, timing),
          ),
        ),
        ...ceilings.contenders(),
      ],
      timing.rounds,
    );
    await Promise.all(teams.map((team) => team.close()));

    const rows = works.flatMap(({ title, work, bytes }) =>
      teams.flatMap((team) => {
        const name = key(title, team);
        const ms = results.get(name);
        if (!ms) return [];
        const all = bytes * parameters * (work === 'merge' ? team.threads.length : 1);
        return [{ name, ms, rate: all / (ms.median * 1e6), unit: 'GB/s' }];
      }),
    );
    const ratios = works.flatMap(({ title }) => {
      const [one, two] = teams.map((team) => results.get(key(title, team)));
      return one && two ? [{ name: `${title}: 1 thread over 2`, value: ratio(one, two) }] : [];
    });
    return {
      measurements: [...rows, ...ceilings.measurements(results)],
      ratios,
      tables: [
        {
          title: `Gradients of ${parameters} numbers: tree add within a rank; sum over ranks with SGD's update`,
          header: ['', 'time', 'GB/s', 'spread'],
          rows: rows.map(({ name, ms, rate }) => [
            name,
            duration(ms.median),
            digits(rate),
            percent(spread(ms)),
          ]),
          notes: [
            ...ratios.map(({ name, value }) => `${name}: ${digits(value.median)}`),
            ...ceilings.notes(results),
          ],
        },
      ],
    };
  },
};

/**
 * @param {string} title
 * @param {RankTeam} team
 */
function key(title, team) {
  return `${title}, threads: ${team.threads.length}`;
}
