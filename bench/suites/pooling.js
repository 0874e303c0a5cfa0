import { microSuite } from '../micro-suite.js';

/** After the convolutions of workload C, for a leaf of 16 images. */
const images = [
  { batch: 16, channels: 32, size: 28 },
  { batch: 16, channels: 64, size: 14 },
];
const window = 2;
/** Kernel, stride, dilation (of the maximum alone) and padding. */
const maxWindow = [...[window, window], ...[window, window], ...[1, 1], ...[0, 0]];
const averageWindow = [...[window, window], ...[window, window], ...[0, 0], 1];

export const pooling = microSuite({
  name: 'pooling',
  title: `Pooling ${window}x${window} of the images of workload C, one thread`,
  cases: () => images.flatMap(casesOf),
});

/**
 * @param {{ batch: number, channels: number, size: number }} image
 * @returns {import('../micro-suite.js').MicroCase[]}
 */
function casesOf({ batch, channels, size }) {
  const planes = batch * channels;
  const out = size / window;
  const [inputs, outputs] = [planes * size * size, planes * out * out];
  const sizes = [planes, size, size, out, out];
  const image = `${batch} x ${channels} x ${size}^2`;
  const x = `x = torch.randn(${batch}, ${channels}, ${size}, ${size})`;
  const g = `g = torch.randn(${batch}, ${channels}, ${out}, ${out})`;
  /** @param {number} numbers read or written */
  const bytes = (numbers) => ({ bytes: numbers * Float32Array.BYTES_PER_ELEMENT });
  return [
    {
      name: `max ${image}`,
      work: bytes(inputs + outputs),
      kernel: (room) => {
        const [from, to] = [room.floats(inputs), room.floats(outputs)];
        const kernel = room.kernel('maxPool2d_f32');
        return () => kernel(to, from, ...sizes, ...maxWindow);
      },
      torch: { setup: x, call: `F.max_pool2d(x, ${window})` },
    },
    {
      name: `max gradient ${image}`,
      work: bytes(2 * inputs + outputs),
      kernel: (room) => {
        const [from, gradient] = [room.floats(inputs), room.floats(outputs)];
        const to = room.floats(inputs);
        const kernel = room.kernel('maxPool2dGrad_f32');
        return () => kernel(to, gradient, from, ...sizes, ...maxWindow);
      },
      torch: {
        setup: `${x}\n${g}\ny, where = F.max_pool2d(x, ${window}, return_indices=True)`,
        call:
          `torch.ops.aten.max_pool2d_with_indices_backward(g, x, [${window}, ${window}], ` +
          `[${window}, ${window}], [0, 0], [1, 1], False, where)`,
      },
    },
    {
      name: `average ${image}`,
      work: bytes(inputs + outputs),
      kernel: (room) => {
        const [from, to] = [room.floats(inputs), room.floats(outputs)];
        const kernel = room.kernel('avgPool2d_f32');
        return () => kernel(to, from, ...sizes, ...averageWindow);
      },
      torch: { setup: x, call: `F.avg_pool2d(x, ${window})` },
    },
    {
      name: `average gradient ${image}`,
      work: bytes(inputs + outputs),
      kernel: (room) => {
        const [gradient, to] = [room.floats(outputs), room.floats(inputs)];
        const kernel = room.kernel('avgPool2dGrad_f32');
        return () => kernel(to, gradient, ...sizes, ...averageWindow);
      },
      torch: {
        setup: `${x}\n${g}`,
        call:
          `torch.ops.aten.avg_pool2d_backward(g, x, [${window}, ${window}], ` +
          `[${window}, ${window}], [0, 0], False, True, None)`,
      },
    },
  ];
}
