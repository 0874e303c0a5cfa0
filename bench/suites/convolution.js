import { microSuite } from '../micro-suite.js';
import { convolutionPassFlops } from '../workloads/workload.js';
import { cnn } from '../workloads/cnn.js';

/** @typedef {import('../kernel-room.js').KernelRoom} KernelRoom */
/** @typedef {import('../workloads/workload.js').ConvolutionSizes} ConvolutionSizes */

/** Images at once: a leaf's and a batch's. */
const batches = [16, 64];
/** What the workloads lack: 1x1 and depthwise. @type {readonly ConvolutionSizes[]} */
const others = [
  { channels: 64, size: 14, outputs: 128, kernel: 1 },
  { channels: 64, size: 14, outputs: 64, kernel: 3, groups: 64 },
];

export const convolution = microSuite({
  name: 'convolution',
  title: 'Convolutions, images x channels x size, one thread',
  cases: (quick) =>
    (quick ? batches.slice(0, 1) : batches).flatMap((batch) =>
      [...cnn.convolutions, ...others].flatMap((sizes) => casesOf(sizes, batch)),
    ),
});

/**
 * @param {ConvolutionSizes} sizes
 * @param {number} batch
 * @returns {import('../micro-suite.js').MicroCase[]}
 */
function casesOf(sizes, batch) {
  const { channels, size, outputs, kernel, groups = 1 } = sizes;
  const images = `${batch} x ${channels} x ${size}^2`;
  const filters = `${outputs} of ${kernel}x${kernel}${groups === 1 ? '' : ' depthwise'}`;
  const work = { flops: batch * convolutionPassFlops(sizes) };
  const setup = [
    `x = torch.randn(${batch}, ${channels}, ${size}, ${size})`,
    `w = torch.randn(${outputs}, ${channels / groups}, ${kernel}, ${kernel})`,
    `g = torch.randn(${batch}, ${outputs}, ${size}, ${size})`,
  ].join('\n');
  const padding = (kernel - 1) / 2;
  /** @param {string} mask which of the gradients to compute: of the image, of the window, of the bias */
  const backward = (mask) =>
    `torch.ops.aten.convolution_backward(g, x, w, None, [1, 1], [${padding}, ${padding}], ` +
    `[1, 1], False, [0, 0], ${groups}, ${mask})`;
  return [
    {
      name: `${images}, ${filters}, forward`,
      work,
      kernel: (room) => forward(room, operands(room, sizes, batch)),
      torch: { setup, call: `F.conv2d(x, w, padding=${padding}, groups=${groups})` },
    },
    {
      name: `${images}, ${filters}, input gradient`,
      work,
      kernel: (room) => inputGradient(room, operands(room, sizes, batch)),
      torch: { setup, call: backward('[True, False, False]') },
    },
    {
      name: `${images}, ${filters}, weight gradient`,
      work,
      kernel: (room) => weightGradient(room, operands(room, sizes, batch)),
      torch: { setup, call: backward('[False, True, False]') },
    },
  ];
}

/**
 * Image, window and result, of which each pass computes one from the others.
 *
 * @param {KernelRoom} room
 * @param {ConvolutionSizes} sizes
 * @param {number} batch
 */
function operands(room, { channels, size, outputs, kernel, groups = 1 }, batch) {
  const padding = (kernel - 1) / 2;
  return {
    x: room.floats(batch * channels * size * size),
    w: room.floats((outputs * channels * kernel * kernel) / groups),
    y: room.floats(batch * outputs * size * size),
    sizes: [
      ...[batch, channels, size, size, outputs],
      ...[kernel, kernel, 1, 1, 1, 1, padding, padding, size, size, groups],
    ],
  };
}

/** @typedef {ReturnType<typeof operands>} Operands */

/** @param {KernelRoom} room @param {Operands} operands */
function forward(room, { x, w, y, sizes }) {
  const kernel = room.kernel('conv2d_f32');
  return () => kernel(y, x, w, 0, ...sizes, 0);
}

/** @param {KernelRoom} room @param {Operands} operands */
function inputGradient(room, { x, w, y, sizes }) {
  const kernel = room.kernel('conv2dInputGrad_f32');
  return () => kernel(x, y, w, ...sizes);
}

/** @param {KernelRoom} room @param {Operands} operands */
function weightGradient(room, { x, w, y, sizes }) {
  const kernel = room.kernel('conv2dWeightGrad_f32');
  return () => kernel(w, y, x, ...sizes);
}
