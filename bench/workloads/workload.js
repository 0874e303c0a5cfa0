/**
 * A net that is measured. `net` describes it as data, from which the peers build the same one.
 *
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {number} batch samples a step, over all workers together
 * @property {Samples} samples
 * @property {Net} net
 * @property {import('@dltrain/runtime').ModelSource} model
 * @property {import('@dltrain/runtime').TrainOptions['loss']} loss
 * @property {readonly LinearSizes[]} linears from the input to the output
 * @property {readonly ConvolutionSizes[]} convolutions
 * @property {AttentionSizes | null} attention
 *
 * @typedef {object} Samples
 * @property {readonly number[]} shape of one input
 * @property {number | null} vocabulary inputs are indices below it; null for real numbers
 * @property {readonly number[]} targetShape of one target: `[]` for a class index
 * @property {number} classes
 *
 * Layers by the names that configs give them, or a transformer.
 * @typedef {readonly LayerDescription[] | TransformerSizes} Net
 * @typedef {Exclude<import('@dltrain/nn').LayerSpec, string>} LayerDescription
 *
 * @typedef {object} TransformerSizes
 * @property {number} vocabulary
 * @property {number} context positions
 * @property {number} width features of a position
 * @property {number} heads
 * @property {number} depth blocks
 *
 * Linear layers of one size.
 * @typedef {object} LinearSizes
 * @property {number} inputs
 * @property {number} outputs
 * @property {number} [positions] rows of one sample; 1 when left out
 * @property {number} [count] how many there are; 1 when left out
 * @property {boolean} [first] whether the input is data, whose gradient nobody needs
 *
 * A convolution with a square kernel.
 * @typedef {object} ConvolutionSizes
 * @property {number} channels
 * @property {number} size height and width of the image, which stay as they are
 * @property {number} outputs channels of the output
 * @property {number} kernel odd
 * @property {number} [groups] 1 when left out
 * @property {boolean} [first]
 *
 * @typedef {object} AttentionSizes
 * @property {number} length positions
 * @property {number} features of a head
 * @property {number} heads of one sample, in all layers together
 */

/**
 * Arithmetic of a step: forward, gradient of the weights, gradient of the inputs (which the first
 * layer does without); a multiplication and an addition count as two. Biases, activations, norms and
 * the update are left out: they are small, and their cost is the memory's.
 *
 * @param {Workload} workload
 */
export function stepFlops({ batch, linears, convolutions, attention }) {
  const products = [...linears.map(linearFlops), ...convolutions.map(convolutionFlops)];
  const scores = attention === null ? 0 : 3 * attention.heads * attentionFlops(attention);
  return batch * (products.reduce((sum, flops) => sum + flops, 0) + scores);
}

/**
 * Of one pass over one image.
 *
 * @param {ConvolutionSizes} sizes
 */
export function convolutionPassFlops({ channels, size, outputs, kernel, groups = 1 }) {
  return (2 * outputs * size ** 2 * channels * kernel ** 2) / groups;
}

/**
 * Forward, of one head: scores and the sum they weigh, for all pairs of positions.
 *
 * @param {Pick<AttentionSizes, 'length' | 'features'>} sizes
 */
export function attentionFlops({ length, features }) {
  return 2 * 2 * length ** 2 * features;
}

/** @param {LinearSizes} sizes */
function linearFlops({ inputs, outputs, positions = 1, count = 1, first = false }) {
  return 2 * positions * inputs * outputs * count * (first ? 2 : 3);
}

/** @param {ConvolutionSizes} sizes */
function convolutionFlops(sizes) {
  return convolutionPassFlops(sizes) * (sizes.first === true ? 2 : 3);
}
