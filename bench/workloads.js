/**
 * The nets that are measured, as data: our runtime and the peers build the same one from it.
 *
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {number} batch
 * @property {readonly number[]} input shape of one sample
 * @property {number} classes
 * @property {readonly import('@dltrain/nn').LayerSpec[]} layers
 */

/**
 * A linear layer by its sizes.
 *
 * @typedef {object} LinearSizes
 * @property {number} inputs
 * @property {number} outputs
 */

/**
 * A convolution with a square kernel that keeps the size of a square image.
 *
 * @typedef {object} ConvolutionSizes
 * @property {number} channels
 * @property {number} size height and width of the image
 * @property {number} outputs channels of the output
 * @property {number} kernel
 * @property {number} padding
 */

/** @type {Workload} */
export const workloadB = {
  name: 'B',
  title: 'MLP 784-512-256-10',
  batch: 128,
  input: [784],
  classes: 10,
  layers: [
    { type: 'linear', outFeatures: 512 },
    { type: 'relu' },
    { type: 'linear', outFeatures: 256 },
    { type: 'relu' },
    { type: 'linear', outFeatures: 10 },
  ],
};

/** The linear layers of workload B. @type {readonly LinearSizes[]} */
export const linearsOfB = [
  { inputs: 784, outputs: 512 },
  { inputs: 512, outputs: 256 },
  { inputs: 256, outputs: 10 },
];

/** Parameters of workload B, biases included. */
export const parametersOfB = linearsOfB.reduce(
  (sum, { inputs, outputs }) => sum + inputs * outputs + outputs,
  0,
);

/** The convolutions of workload C, a CNN for 28 x 28 images. @type {readonly ConvolutionSizes[]} */
export const convolutionsOfC = [
  { channels: 1, size: 28, outputs: 32, kernel: 3, padding: 1 },
  { channels: 32, size: 14, outputs: 64, kernel: 3, padding: 1 },
];

/**
 * Arithmetic of a step of a net of linear layers: forward, gradient of the weights, gradient of the
 * inputs (which the first layer does without); a multiplication and an addition count as two.
 *
 * @param {readonly LinearSizes[]} layers
 * @param {number} batch
 */
export function stepFlops(layers, batch) {
  return layers.reduce(
    (sum, { inputs, outputs }, i) => sum + 2 * batch * inputs * outputs * (i === 0 ? 2 : 3),
    0,
  );
}
