/**
 * What the suites are given and give back.
 *
 * @typedef {object} Context
 * @property {boolean} quick
 * @property {import('./micro.js').Timing} timing of what takes microseconds or milliseconds
 * @property {{ exact: CompiledKernels, fast: CompiledKernels }} compiled
 * @property {import('./ceilings.js').Ceilings} ceilings
 * @property {(threads: number) => Promise<import('./peers/pytorch.js').PyTorch | null>} pytorch
 *   the peer that all suites share, started at the first call; null when it is not there
 * @property {readonly string[]} nodes paths of the Nodes to train under; the first is that of this process
 *
 * @typedef {import('@dltrain/kernels').CompiledKernels} CompiledKernels
 *
 * @typedef {object} Measurement
 * @property {string} name
 * @property {import('./statistics.js').Summary} ms
 * @property {number} rate what the median amounts to
 * @property {string} unit of the rate
 *
 * @typedef {object} Ratio
 * @property {string} name
 * @property {import('./statistics.js').Summary} value taken round by round
 *
 * @typedef {object} Results
 * @property {readonly Measurement[]} measurements
 * @property {readonly Ratio[]} ratios
 * @property {readonly import('./table.js').Table[]} tables
 * @property {Readonly<Record<string, import('./statistics.js').Summary>>} [bytes] memory, by whose it is
 * @property {Readonly<Record<string, unknown>>} [contenders] what each says of itself: versions and the like
 *
 * @typedef {object} Suite
 * @property {string} name what `--only` calls it
 * @property {string} title
 * @property {(context: Context) => Promise<Results>} run
 */

export {};
