import { KernelRoom } from './kernel-room.js';
import { pass } from './ceilings.js';
import { timed } from './micro.js';
import { timeCall } from './peers/pytorch.js';
import { interleave, ratio, spread } from './statistics.js';
import { digits, percent } from './table.js';
import { rateOf } from './work.js';

/** Room for the operands of all cases of a suite. */
const roomBytes = 2 ** 30;
const peerName = 'PyTorch';

/**
 * One thing that is timed.
 *
 * @typedef {object} MicroCase
 * @property {string} name
 * @property {import('./work.js').Work} work
 * @property {(room: KernelRoom) => () => unknown} [kernel] makes the operands and gives the call of a kernel,
 *   which is timed in both modes
 * @property {() => () => unknown} [ops] gives a call of ops on tensors, which are exact
 * @property {import('./peers/pytorch.js').PyTorchCall} [torch] the same in PyTorch
 *
 * @typedef {import('./statistics.js').Summary} Summary
 */

/**
 * A suite of small cases of one kind: our kernels in both modes, PyTorch on one thread, and the ceiling,
 * all in turns. The ceiling of arithmetic is the best GEMM; that of a pass over memory is the sum of two
 * arrays that moves as many bytes, wherever they lie.
 *
 * @param {{ name: string, title: string, cases: (quick: boolean) => readonly MicroCase[], notes?: readonly string[] }} definition
 * @returns {import('./suite.js').Suite}
 */
export function microSuite({ name, title, cases, notes = [] }) {
  return {
    name,
    title,
    run: async (context) => {
      const { compiled, timing, ceilings, quick } = context;
      const all = cases(quick);
      const rooms = Object.values(compiled).map((kernels) => new KernelRoom(kernels, roomBytes));
      const peer = await context.pytorch(1);
      const ours = all.flatMap(({ kernel, ops, ...one }) => [
        ...(kernel === undefined
          ? []
          : rooms.map((room) => timed(key(room.compiled.variant, one), kernel(room), timing))),
        ...(ops === undefined ? [] : [timed(key(compiled.exact.variant, one), ops(), timing)]),
      ]);
      const theirs = all.flatMap(({ torch, ...one }) =>
        peer === null || torch === undefined
          ? []
          : [{ name: key(peerName, one), measure: () => timeCall(peer, torch, timing.ms) }],
      );
      const sizes = new Set(all.flatMap(({ work }) => passBytes(work) ?? []));
      const passes = [...sizes].flatMap((bytes) =>
        rooms.slice(0, 1).map((room) => timed(passName(bytes), pass(room, bytes), timing)),
      );
      const limits = ceilings.contenders();
      const results = await interleave([...ours, ...theirs, ...passes, ...limits], timing.rounds);

      const variants = rooms.map((room) => room.compiled.variant);
      const [exact = ''] = variants;
      /** @param {MicroCase} one */
      const limitOf = ({ work }) => {
        if (work.flops !== undefined) return ceilings.floor(results, work.flops);
        const bytes = passBytes(work);
        return (bytes === null ? undefined : results.get(passName(bytes))) ?? null;
      };
      const measurements = all.flatMap((one) =>
        [...variants, peerName].flatMap((who) => {
          const ms = results.get(key(who, one));
          return ms ? [{ name: key(who, one), ms, ...rateOf(one.work, ms.median) }] : [];
        }),
      );
      const ratios = all.flatMap((one) => {
        const [mine, peers] = [results.get(key(exact, one)), results.get(key(peerName, one))];
        const limit = limitOf(one);
        return [
          ...(mine && limit
            ? [{ name: shareName(one, 'the ceiling'), value: ratio(limit, mine) }]
            : []),
          ...(mine && peers ? [{ name: shareName(one, peerName), value: ratio(peers, mine) }] : []),
        ];
      });
      /** @param {MicroCase} one @param {string} other */
      const share = (one, other) =>
        ratios.find((candidate) => candidate.name === shareName(one, other))?.value.median;
      return {
        measurements: [...measurements, ...ceilings.measurements(results)],
        ratios,
        tables: [
          {
            title: `${title} (${exact})`,
            header: [
              '',
              ...variants,
              peerName,
              'unit',
              'of ceiling',
              `speed / ${peerName}`,
              'spread',
            ],
            rows: all.map((one) => {
              const rates = [...variants, peerName].map((who) => results.get(key(who, one)));
              const mine = results.get(key(exact, one));
              const [limit, theirs] = [share(one, 'the ceiling'), share(one, peerName)];
              return [
                one.name,
                ...rates.map((ms) => (ms ? digits(rateOf(one.work, ms.median).rate) : '-')),
                rateOf(one.work, 1).unit,
                limit === undefined ? '-' : percent(limit),
                theirs === undefined ? '-' : digits(theirs),
                mine ? percent(spread(mine)) : '-',
              ];
            }),
            notes: [...notes, ...ceilings.notes(results)],
          },
        ],
      };
    },
  };
}

/** @param {string} who @param {Pick<MicroCase, 'name'>} one */
function key(who, { name }) {
  return `${who}: ${name}`;
}

/** @param {MicroCase} one @param {string} other */
function shareName({ name }, other) {
  return `${name}: exact speed over ${other}'s`;
}

/** @param {number} bytes */
function passName(bytes) {
  return `ceiling: a pass over ${bytes} bytes`;
}

/** @param {import('./work.js').Work} work */
function passBytes({ flops, bytes }) {
  return flops === undefined && bytes !== undefined ? bytes : null;
}
