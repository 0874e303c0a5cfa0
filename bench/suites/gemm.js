import { leafCount } from '@dltrain/runtime';
import { microSuite } from '../micro-suite.js';
import { workloads } from '../workloads/index.js';

/** @typedef {import('../kernel-room.js').KernelRoom} KernelRoom */
/** @typedef {import('../micro-suite.js').MicroCase} MicroCase */

/**
 * A product C[m, n] = A[m, k] B[k, n], and how A and B lie in memory: T stands for one that is stored
 * transposed, P for a B that has been packed before.
 *
 * @typedef {object} Product
 * @property {number} m
 * @property {number} n
 * @property {number} k
 * @property {'NN' | 'NT' | 'TN' | 'TT' | 'NP'} layout
 * @property {string} from where it comes from
 */

const squares = [512, 1024];

export const gemm = microSuite({
  name: 'gemm',
  title: 'Matrix products of the workloads, m x n x k, one thread',
  cases: (quick) => products(quick).map(caseOf),
  notes: [
    'layouts of A and B: T stored transposed, P packed before; rows: of a leaf and of a whole batch',
  ],
});

/**
 * @param {boolean} quick
 * @returns {Product[]}
 */
function products(quick) {
  /** @type {Product['layout'][]} */
  const layouts = quick ? ['NN'] : ['NN', 'NT', 'TN', 'TT', 'NP'];
  const ofSquares = squares.flatMap((size) => layouts.map((layout) => squareProduct(size, layout)));
  const ofWorkloads = workloads.flatMap(({ batch, linears }) => {
    const leaf = Math.ceil(batch / leafCount(batch, 'auto'));
    return (quick ? [leaf] : [leaf, batch]).flatMap((rows) =>
      linears.flatMap((sizes) => passes(sizes, rows * (sizes.positions ?? 1))),
    );
  });
  const ofAttention = workloads.flatMap(({ attention }) =>
    attention === null ? [] : attentionProducts(attention),
  );
  const all = [...ofSquares, ...ofWorkloads, ...ofAttention];
  return [...new Map(all.map((product) => [nameOf(product), product])).values()];
}

/**
 * @param {number} size
 * @param {Product['layout']} layout
 * @returns {Product}
 */
function squareProduct(size, layout) {
  return { m: size, n: size, k: size, layout, from: 'square' };
}

/**
 * The products of a linear layer: weights are stored [outputs, inputs], and packed once a step.
 *
 * @param {import('../workloads/workload.js').LinearSizes} sizes
 * @param {number} rows
 * @returns {Product[]}
 */
function passes({ inputs, outputs, first = false }, rows) {
  const forward = { m: rows, n: outputs, k: inputs, from: 'forward' };
  /** @type {Product} */
  const input = { m: rows, n: inputs, k: outputs, layout: 'NN', from: 'input gradient' };
  return [
    { ...forward, layout: 'NT' },
    { ...forward, layout: 'NP' },
    ...(first ? [] : [input]),
    { m: outputs, n: inputs, k: rows, layout: 'TN', from: 'weight gradient' },
  ];
}

/**
 * The products of one head; their gradients have the same shapes and layouts, and TN.
 *
 * @param {import('../workloads/workload.js').AttentionSizes} sizes
 * @returns {Product[]}
 */
function attentionProducts({ length, features }) {
  return [
    { m: length, n: length, k: features, layout: 'NT', from: 'scores of a head' },
    { m: length, n: features, k: length, layout: 'NN', from: 'values of a head' },
    { m: length, n: features, k: length, layout: 'TN', from: 'gradient of a head' },
  ];
}

/** @param {Product} product */
function nameOf({ m, n, k, layout, from }) {
  return `${m} x ${n} x ${k} ${layout} ${from}`;
}

/**
 * @param {Product} product
 * @returns {MicroCase}
 */
function caseOf(product) {
  const { m, n, k, layout } = product;
  const a = layout.startsWith('T') ? `torch.randn(${k}, ${m}).t()` : `torch.randn(${m}, ${k})`;
  const b = layout.endsWith('N') ? `torch.randn(${k}, ${n})` : `torch.randn(${n}, ${k}).t()`;
  return {
    name: nameOf(product),
    work: { flops: 2 * m * n * k },
    kernel: (room) => multiplication(room, product),
    torch: {
      setup: `a, b, c = ${a}, ${b}, torch.empty(${m}, ${n})`,
      call: 'torch.mm(a, b, out=c)',
    },
  };
}

/**
 * @param {KernelRoom} room
 * @param {Product} product
 */
function multiplication(room, { m, n, k, layout }) {
  const [a, b, c] = [room.floats(m * k), room.floats(k * n), room.floats(m * n)];
  const transA = layout.startsWith('T') ? 1 : 0;
  if (layout.endsWith('P')) {
    const packed = room.heap.allocate(room.kernel('packedBytes_f32')(n, k), 'packed');
    room.kernel('packB_f32')(packed, b, n, k, 1);
    const multiply = room.kernel('gemmPacked_f32');
    return () => multiply(c, a, packed, 0, m, n, k, transA, 0);
  }
  const multiply = room.kernel('gemm_f32');
  const transB = layout.endsWith('T') ? 1 : 0;
  return () => multiply(c, a, b, 0, m, n, k, transA, transB, 0);
}
