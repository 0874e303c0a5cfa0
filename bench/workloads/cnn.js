const input = [1, 28, 28];
const classes = 10;

/** @type {readonly import('./workload.js').LayerDescription[]} */
const layers = [
  { type: 'conv2d', outChannels: 32, kernelSize: 3, padding: 1 },
  { type: 'relu' },
  { type: 'max_pool2d', kernelSize: 2 },
  { type: 'conv2d', outChannels: 64, kernelSize: 3, padding: 1 },
  { type: 'relu' },
  { type: 'max_pool2d', kernelSize: 2 },
  { type: 'flatten' },
  { type: 'linear', outFeatures: 128 },
  { type: 'relu' },
  { type: 'linear', outFeatures: classes },
];

/** @type {import('./workload.js').Workload} */
export const cnn = {
  name: 'C',
  title: 'CNN for 28 x 28 images',
  batch: 64,
  samples: { shape: input, vocabulary: null, targetShape: [], classes },
  net: layers,
  model: { input, layers },
  loss: 'cross_entropy',
  linears: [
    { inputs: 64 * 7 * 7, outputs: 128 },
    { inputs: 128, outputs: classes },
  ],
  convolutions: [
    { channels: 1, size: 28, outputs: 32, kernel: 3, first: true },
    { channels: 32, size: 14, outputs: 64, kernel: 3 },
  ],
  attention: null,
};
