import { startPyTorch } from './pytorch.js';

/** The PyTorch processes that all suites share, by their number of threads, each started when needed. */
export class SharedPyTorch {
  /** @type {Map<number, import('./pytorch.js').PyTorch | null>} */
  #started = new Map();

  /**
   * @param {number} threads
   * @returns {Promise<import('./pytorch.js').PyTorch | null>} null when no Python here has PyTorch
   */
  async get(threads) {
    const known = this.#started.get(threads);
    if (known !== undefined) return known;
    const peer = await startPyTorch(threads);
    this.#started.set(threads, peer);
    return peer;
  }

  /** What there is to say about it. */
  lines() {
    const [peer] = this.#started.values();
    if (!peer) return ['PyTorch   missing (Debian, Ubuntu: python3-torch): left out'];
    const { version, blas, referenceBlas } = peer.build;
    return [
      `PyTorch   ${version}, multiplies with ${blas ?? 'an unknown BLAS'}`,
      ...(referenceBlas
        ? [
            '          That is the reference BLAS, some 30 times slower than OpenBLAS (Debian, Ubuntu:',
            '          libopenblas0-pthread). Ratios to this PyTorch say nothing.',
          ]
        : []),
    ];
  }

  async close() {
    for (const peer of this.#started.values()) await peer?.process.close();
  }
}
