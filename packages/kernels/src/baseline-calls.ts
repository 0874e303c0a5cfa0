/** How `verify-baseline.ts` calls each kernel: with sizes that reach its vectors, pairs of vectors and remainders. */

/** Elements of a tensor, of rows and of the like. */
const n = 83;

export type Suffix = 'f32' | 'f64' | 'i32' | 'u8';

/** Addresses of operands of one dtype: three results, and inputs of several kinds. */
export interface Operands {
  readonly out: number;
  readonly second: number;
  readonly third: number;
  /** Positive numbers, about 1. */
  readonly x: number;
  readonly y: number;
  /** Numbers of both signs. */
  readonly g: number;
  readonly h: number;
  /** Positive f64, whatever the dtype. */
  readonly doubles: number;
  /** Truth values; class indices 0 .. 4; two rows of sizes and strides. */
  readonly mask: number;
  readonly indices: number;
  readonly layout: number;
}

export type Calls = (o: Operands) => number[][];

const unary: Calls = ({ out, x, g }) => [
  [out, x, n],
  [out, g, n],
];
const ofPositive: Calls = ({ out, x }) => [[out, x, n]];
const gradient: Calls = ({ out, g, x, h }) => [
  [out, g, x, n],
  [out, g, h, n],
];
const binary: Calls = ({ out, g, h, layout }) => [
  [out, g, h, n, 0],
  [out, g, h, 9 * 11, layout],
];
const reduction: Calls = ({ out, g }) => [
  [out, g, 3, 37, 1],
  [out, g, 2, 5, 19],
];
const scan: Calls = ({ out, g }) => [
  [out, g, 3, 37, 1, 0],
  [out, g, 2, 5, 19, 1],
];
const byElement: Calls = ({ out, g, indices, layout }) => [[out, g, indices, 11, layout]];
const rows: Calls = ({ out, g }) => [[out, g, 5, 17]];
const rowsGradient: Calls = ({ out, g, x }) => [[out, g, x, 5, 17]];
const product: Calls = ({ out, x, g, h }) =>
  [0, 1].flatMap((transA) => [0, 1].map((transB) => [out, x, g, h, 9, 21, 13, transA, transB, 1]));
const image = [2, 2, 7, 6, 5, 3, 3, 2, 1, 1, 1, 1, 1, 4, 6, 1];
const single = [1, 2, 3, 21, 1, 3, 3, 1, 1, 1, 1, 1, 1, 3, 21, 1];
/** As `single`, of so few columns that two vectors hold them, and one; with steps between the pixels of its gradient. */
const narrow = [1, 2, 3, 11, 1, 3, 3, 1, 1, 1, 1, 1, 1, 3, 11, 1];
const narrowest = [1, 2, 3, 5, 1, 3, 3, 1, 1, 1, 1, 1, 1, 3, 5, 1];
const apart = [1, 1, 5, 25, 2, 3, 3, 2, 2, 1, 1, 1, 1, 3, 13, 1];
const depthwise = [1, 9, 5, 6, 9, 3, 4, 1, 1, 1, 1, 1, 1, 5, 5, 9];
const dilated = [2, 4, 7, 6, 6, 3, 2, 1, 2, 2, 1, 2, 0, 7, 3, 2];
const pool = [3, 9, 10, 4, 5, 2, 2, 2, 2, 0, 0];
const maxPool = [3, 9, 10, 4, 5, 2, 2, 2, 2, 1, 1, 0, 0];
const windows = [2, 5, 6, 2, 3, 2, 1, 1, 2, 1, 1, 3, 4];
const keys = [1, 2, 3, 4, 5];
/** Where the ends of parts lie in the layout. */
const partEnds = 7 * Int32Array.BYTES_PER_ELEMENT;

/** How to call each kernel; the keys are names without the dtype. */
const callsOf: Readonly<Record<string, Calls>> = {
  ...Object.fromEntries(
    'neg abs sign square relu floor ceil round trunc reciprocal exp expm1 sin cos tanh sigmoid not'
      .split(' ')
      .map((name) => [name, unary]),
  ),
  ...Object.fromEntries(
    'exp2 tan atan sinh cosh asinh erf silu gelu geluTanh bitwiseNot'
      .split(' ')
      .map((name) => [name, unary]),
  ),
  ...Object.fromEntries(
    'sqrt rsqrt log log2 log10 log1p acosh'.split(' ').map((name) => [name, ofPositive]),
  ),
  // Numbers of both signs, some of them beyond 1.
  ...Object.fromEntries('asin acos atanh'.split(' ').map((name) => [name, unary])),
  leakyRelu: ({ out, g }) => [[out, g, n, 0.1]],
  elu: ({ out, g }) => [[out, g, n, 1.05, 1.75, 0.5]],
  softplus: ({ out, g }) => [[out, g, n, 3, 4]],
  sphericalBessel: ({ out, g }) => [
    [out, g, n, 0],
    [out, g, n, 2],
  ],
  leakyReluGrad: ({ out, g, h }) => [[out, g, h, n, 0.1]],
  eluGrad: ({ out, g, h }) => [[out, g, h, n, 1.05, 1.75, 0.5]],
  softplusGrad: ({ out, g, h }) => [[out, g, h, n, 3, 4]],
  ...Object.fromEntries(
    'reluGrad sigmoidGrad tanhGrad siluGrad geluGrad geluTanhGrad'
      .split(' ')
      .map((name) => [name, gradient]),
  ),
  ...Object.fromEntries(
    'add sub mul div minimum maximum eq ne lt le gt ge and or'
      .split(' ')
      .map((name) => [name, binary]),
  ),
  ...Object.fromEntries(
    [
      ...['atan2', 'copysign', 'fmod', 'remainder', 'floorDivide', 'truncDivide', 'xor'],
      ...['bitwiseAnd', 'bitwiseOr', 'bitwiseXor', 'leftShift', 'rightShift'],
    ].map((name) => [name, binary]),
  ),
  ...Object.fromEntries(
    'sum mean prod max min argmax argmin cumargmax cumargmin'
      .split(' ')
      .map((name) => [name, reduction]),
  ),
  ...Object.fromEntries('cumsum cumprod logcumsumexp'.split(' ').map((name) => [name, scan])),
  recurrence: ({ out, g, h }) => [
    [out, g, h, 3, 37, 1, 0],
    [out, g, h, 2, 5, 19, 1],
  ],
  argsort: ({ out, second, g }) => [
    [out, second, g, 3, 37, 0],
    [out, second, g, 3, 37, 1],
  ],
  logsumexp: rows,
  ...Object.fromEntries(
    'scatterSum scatterProd scatterMax scatterMin'.split(' ').map((name) => [name, byElement]),
  ),
  addRows: ({ out, g, indices }) => [[out, g, indices, 9, 12]],
  pow: ({ out, x, h }) => [[out, x, h, n, 0]],
  where: ({ out, mask, g, h }) => [[out, mask, g, h, n, 0]],
  fill: ({ out }) => [[out, 3, n]],
  stridedAdd: ({ out, g, layout }) => [[out, g, layout]],
  sumChannels: ({ out, g }) => [[out, g, 3, 5, 7]],
  sumSquares: ({ g }) => [[g, n]],
  allFinite: ({ g }) => [[g, n]],
  countEqual: ({ g, h }) => [[g, h, n]],
  any: ({ mask }) => [[mask, n]],
  all: ({ mask }) => [[mask, n]],
  softmax: rows,
  causalSoftmax: ({ out, g }) => [[out, g, 9, 17, 4]],
  selfAttention: ({ out, second, g }) => [
    [out, second, g, 1, 7, 1, 17, 0.3, 1],
    [out, second, g, 2, 6, 2, 5, 0.3, 0],
  ],
  selfAttentionGrad: ({ out, g, x, h }) => [
    [out, g, x, h, 1, 7, 1, 17, 0.3, 1],
    [out, g, x, h, 2, 6, 2, 5, 0.3, 0],
  ],
  logSoftmax: rows,
  softmaxGrad: rowsGradient,
  logSoftmaxGrad: rowsGradient,
  crossEntropy: ({ out, second, g, indices }) => [[out, second, g, indices, 11, 5]],
  crossEntropyGrad: ({ out, g, x, h, indices }) => [[out, g, x, h, indices, 11, 5]],
  crossEntropySoft: ({ out, second, g, x }) => [[out, second, g, x, 11, 5]],
  crossEntropySoftGrad: ({ out, g, x, h, y }) => [[out, g, x, h, y, 11, 5]],
  bceWithLogits: ({ out, g, x }) => [[out, g, x, n]],
  bceWithLogitsGrad: ({ out, g, h, x }) => [[out, g, h, x, n]],
  sgd: ({ out, second, g, h, x }) =>
    [0, 1e-3].flatMap((decay) => [
      [out, x, g, 0, 0, n, 0.1, 0, decay, 0, 1],
      [out, x, g, second, h, n, 0.1, 0.9, decay, 0, 0.5],
      [out, x, g, second, h, n, 0.1, 0.9, decay, 1, 0.5],
    ]),
  adam: ({ out, second, third, g, h, x, y }) => [
    [out, x, g, second, h, third, y, n, 0.1, 0.9, 0.99, 1e-8, 0.1, 1, 0.1, 0.01, 0.5],
    [out, x, g, second, h, third, y, n, 0.1, 0.9, 0.99, 1e-8, 0.1, 0, 0.1, 0.01, 0.5],
  ],
  uniform: ({ out }) => [[out, n, -1, 2, ...keys]],
  normal: ({ out }) => [[out, n, -1, 2, ...keys]],
  dropout: ({ out, second, g }) => [[out, second, g, n, 0.3, ...keys]],
  dropoutGrad: ({ out, g, mask }) => [[out, g, mask, n, 0.3]],
  gemm: product,
  gemmPlain: product,
  packB: ({ out, g }) => [
    [out, g, 19, 11, 0],
    [out, g, 19, 11, 1],
  ],
  packBPanels: ({ out, g }) => [[out, g, 19, 11, 1, 1, 1]],
  sumParts: ({ out, g, layout }) => [[out, g, layout + partEnds, 5, 9]],
  gemmParts: ({ out, g, h, layout }) => [[out, g, h, layout + partEnds, 5, 9, 21]],
  gemmPacked: ({ out, x, g, h }) => [[out, x, g, h, 9, 8, 13, 1, 0]],
  conv2d: ({ out, x, g, h }) => [
    [out, x, g, h, ...image, 1],
    [out, x, g, h, ...dilated, 0],
    [out, x, g, h, ...single, 1],
    [out, x, g, h, ...narrow, 1],
    [out, x, g, h, ...narrowest, 1],
  ],
  conv2dInputGrad: ({ out, g, h }) => [
    [out, g, h, ...image],
    [out, g, h, ...dilated],
    [out, g, h, ...apart],
  ],
  conv2dWeightGrad: ({ out, g, x }) => [
    [out, g, x, ...image],
    [out, g, x, ...dilated],
    [out, g, x, ...depthwise],
  ],
  maxPool2d: ({ out, g }) => [[out, g, ...maxPool]],
  maxPool2dGrad: ({ out, x, g }) => [[out, x, g, ...maxPool]],
  maxPool2dTake: ({ out, x, g }) => [[out, x, g, ...maxPool]],
  avgPool2d: ({ out, g }) => [[out, g, ...pool, 0]],
  avgPool2dGrad: ({ out, g }) => [[out, g, ...pool, 0]],
  adaptiveAvgPool2d: ({ out, g }) => [[out, g, 3, 9, 10, 4, 3]],
  adaptiveAvgPool2dGrad: ({ out, g }) => [[out, g, 3, 9, 10, 4, 3]],
  resample2d: ({ out, g, indices, x }) => [
    [out, g, 3, 7, 6, 5, 4, indices, x, indices, x, 2],
    [out, g, 3, 7, 6, 5, 4, indices, 0, indices, 0, 1],
  ],
  resample2dGrad: ({ out, g, indices, x }) => [[out, g, 3, 7, 6, 5, 4, indices, x, indices, x, 2]],
  fold: ({ out, g }) => [[out, g, ...windows]],
  unfold: ({ out, g }) => [[out, g, ...windows]],
  moments: ({ out, g }) => [
    [out, g, 1, 5, 17, 1],
    [out, g, 3, 5, 7, 1],
    [out, g, 1, 5, 17, 0],
  ],
  normalize: ({ out, g, x, h, doubles }) => [
    [out, g, doubles, x, h, 1, 5, 17, 17, 1, 1e-5],
    [out, g, doubles, x, h, 1, 4, 15, 6, 5, 1e-5],
    [out, g, doubles, x, h, 3, 5, 7, 5, 0, 1e-5],
    [out, g, doubles, 0, 0, 3, 5, 7, 5, 0, 1e-5],
  ],
  normalizeGrad: ({ out, g, x, doubles }) => [
    [out, g, x, doubles, 1, 5, 17, 1, 1e-5],
    [out, g, x, doubles, 3, 5, 7, 0, 1e-5],
  ],
};

/** Kernels that move elements of 1, 4 and 8 bytes, whatever they stand for. */
function ofEachWidth(
  names: readonly string[],
  calls: Calls,
): Record<string, readonly [Suffix, Calls]> {
  const widths = { 1: 'u8', 4: 'f32', 8: 'f64' } as const;
  return Object.fromEntries(
    Object.entries(widths).flatMap(([bytes, dtype]) =>
      names.map((name) => [name + bytes, [dtype, calls] as const]),
    ),
  );
}

/** Kernels without a dtype in their name, called on operands of the given one. */
const othersOf: Readonly<Record<string, readonly [Suffix, Calls]>> = {
  ...Object.fromEntries(
    (['f32', 'f64', 'i32', 'u8'] as const).flatMap((from) =>
      ['f32', 'f64', 'i32', 'u8', 'bool']
        .filter((to) => to !== from)
        .map((to) => [`cast_${from}_${to}`, [from, ofPositive] as const]),
    ),
  ),
  ...ofEachWidth(['stridedCopy', 'stridedScatter'], ({ out, g, layout }: Operands) => [
    [out, g, layout],
  ]),
  randomBits: ['i32', ({ out }) => [[out, n, ...keys]]],
  ...ofEachWidth(['gatherElements', 'scatterElements'], byElement),
  wrapIndices: [
    'i32',
    ({ out, indices }) => [
      [out, indices, 64, 5],
      [out, indices, 64, 3],
    ],
  ],
  nonzeroPlaces: ['u8', ({ out, mask }) => [[out, mask, 501]]],
  scatterRows: ['f32', ({ out, g, indices }) => [[out, g, indices, 9, 12]]],
  gatherRows: ['f32', ({ out, g, indices }) => [[out, g, indices, 9, 12]]],
  gatherLookup: ['u8', ({ out, mask, indices, layout }) => [[out, mask, indices, 6, 1, 7, layout]]],
  gatherNormalize: ['f32', ({ out, g, indices, x, y }) => [[out, g, indices, 6, 2, 7, x, y]]],
  ...Object.fromEntries(
    'exp1 log1 sin1 cos1 tanh1 sqrt1'.split(' ').map((name) => [name, ['f64', () => [[1.75]]]]),
  ),
  pow1: ['f64', () => [[1.75, 2.5]]],
};

/** What sets an instance up or counts, and computes nothing. */
const uncheckedNames = new Set([
  'scratchBytes',
  'setScratch',
  'setTile',
  'staticEnd',
  'packedBytes',
  'panelCount',
]);

/**
 * How a kernel is called; null for one that computes nothing, undefined for one that is not known.
 */
export function callsFor(name: string): readonly [Suffix, Calls] | null | undefined {
  const [, stem = name, suffix] = /^(.*)_(f32|f64|i32|u8)$/.exec(name) ?? [];
  if (uncheckedNames.has(stem)) return null;
  const calls = callsOf[stem];
  return othersOf[name] ?? (calls && suffix ? [suffix as Suffix, calls] : undefined);
}
