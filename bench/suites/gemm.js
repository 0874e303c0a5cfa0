import { KernelRoom } from '../kernel-room.js';
import { timed } from '../micro.js';
import { interleave, ratio, spread } from '../statistics.js';
import { digits, percent } from '../table.js';
import { linearsOfB } from '../workloads.js';

/**
 * A product C[m, n] = A[m, k] B[k, n].
 *
 * @typedef {object} Shape
 * @property {number} m
 * @property {number} n
 * @property {number} k
 * @property {string} from where it comes from
 */

/** The ways to lay out the operands; T stands for one that is stored transposed. */
const layouts = ['NN', 'NT', 'TN', 'TT', 'packed'];
/** Samples at once: a leaf's and a batch's. */
const rowCounts = [16, 128];

/** @returns {Shape[]} */
function shapes() {
  const squares = [512, 1024].map((size) => ({ m: size, n: size, k: size, from: 'square' }));
  const layers = rowCounts.flatMap((rows) =>
    linearsOfB.flatMap(({ inputs, outputs }, layer) => [
      { m: rows, n: outputs, k: inputs, from: 'forward (NT)' },
      // The gradient of the net's inputs is never computed.
      ...(layer === 0 ? [] : [{ m: rows, n: inputs, k: outputs, from: 'input gradient (NN)' }]),
      { m: outputs, n: inputs, k: rows, from: 'weight gradient (TN)' },
    ]),
  );
  return [...squares, ...layers];
}

/** @type {import('../suite.js').Suite} */
export const gemm = {
  name: 'gemm',
  title: 'matrix multiplication, f32, one thread',
  async run({ compiled, timing, pytorch }) {
    const all = shapes();
    const rooms = Object.values(compiled).map((kernels) => new KernelRoom(kernels, 2 ** 28));
    const peer = await pytorch(1);
    const contenders = all.flatMap((shape) => [
      ...rooms.flatMap((room) =>
        layouts.map((layout) =>
          timed(key(room, shape, layout), product(room, shape, layout), timing),
        ),
      ),
      ...(peer
        ? [
            {
              name: key(null, shape, 'NN'),
              measure: () => peer.ask({ task: 'gemm', ...shape, ms: timing.ms }),
            },
          ]
        : []),
    ]);
    const results = await interleave(contenders, timing.rounds);
    await peer?.close();

    /** @param {KernelRoom | null} room @param {Shape} shape @param {string} layout */
    const measurement = (room, shape, layout) => {
      const name = key(room, shape, layout);
      const ms = results.get(name);
      return ms && { name, ms, rate: gflops(shape, ms.median), unit: 'GFLOP/s' };
    };
    /** Our speed over PyTorch's. @param {KernelRoom} room @param {Shape} shape */
    const speedShare = (room, shape) => {
      const [ours, theirs] = [room, null].map((who) => results.get(key(who, shape, 'NN')));
      return ours && theirs && ratio(theirs, ours);
    };
    const tables = rooms.map((room) => ({
      title: `${room.compiled.variant}: GFLOP/s by layout of A and B (T: stored transposed; packed: B packed before)`,
      header: ['m x n x k', 'in training', ...layouts, 'PyTorch', 'NN/PyTorch', 'spread'],
      rows: all.map((shape) => {
        const ours = layouts.flatMap((layout) => measurement(room, shape, layout) ?? []);
        const theirs = measurement(null, shape, 'NN');
        const share = speedShare(room, shape);
        return [
          `${shape.m} x ${shape.n} x ${shape.k}`,
          shape.from,
          ...ours.map(({ rate }) => digits(rate)),
          theirs ? digits(theirs.rate) : '-',
          share ? digits(share.median) : '-',
          percent(Math.max(...ours.map(({ ms }) => spread(ms)))),
        ];
      }),
      notes: [
        'spread: distance of the quartiles of the rounds over the median, of the least steady layout',
        ...(peer ? [`PyTorch: torch.mm, NN, one thread (${peer.build.version})`] : []),
      ],
    }));
    const measurements = [...rooms, null].flatMap((room) =>
      all.flatMap((shape) => layouts.flatMap((layout) => measurement(room, shape, layout) ?? [])),
    );
    const ratios = rooms.flatMap((room) =>
      all.flatMap((shape) => {
        const value = speedShare(room, shape);
        return value ? [{ name: `${key(room, shape, 'NN')}: speed over PyTorch's`, value }] : [];
      }),
    );
    return { measurements, ratios, tables };
  },
};

/**
 * @param {KernelRoom | null} room null for PyTorch
 * @param {Shape} shape
 * @param {string} layout
 */
function key(room, { m, n, k, from }, layout) {
  return `${room?.compiled.variant ?? 'pytorch'} gemm ${m}x${n}x${k} ${layout} ${from}`;
}

/**
 * @param {Shape} shape
 * @param {number} ms
 */
function gflops({ m, n, k }, ms) {
  return (2 * m * n * k) / (ms * 1e6);
}

/**
 * @param {KernelRoom} room
 * @param {Shape} shape
 * @param {string} layout
 */
function product(room, { m, n, k }, layout) {
  const [a, b, c] = [room.floats(m * k), room.floats(k * n), room.floats(m * n)];
  if (layout === 'packed') {
    const packed = room.heap.allocate(room.kernel('packedBytes_f32')(n, k), 'packed');
    room.kernel('packB_f32')(packed, b, n, k, 0);
    const multiply = room.kernel('gemmPacked_f32');
    return () => multiply(c, a, packed, 0, m, n, k, 0, 0);
  }
  const multiply = room.kernel('gemm_f32');
  const [transA, transB] = [layout.startsWith('T') ? 1 : 0, layout.endsWith('T') ? 1 : 0];
  return () => multiply(c, a, b, 0, m, n, k, transA, transB, 0);
}
