import { KernelRoom } from '../kernel-room.js';
import { timed } from '../micro.js';
import { interleave, spread } from '../statistics.js';
import { digits, percent } from '../table.js';
import { convolutionsOfC } from '../workloads.js';

/** @typedef {import('../workloads.js').ConvolutionSizes} ConvolutionSizes */

/** Images at once: a leaf's and a batch's. */
const batches = [16, 64];
const passes = ['forward', 'input gradient', 'weight gradient'];

/** @type {import('../suite.js').Suite} */
export const convolution = {
  name: 'convolution',
  title: 'the convolutions of workload C, f32, one thread',
  async run({ compiled, timing }) {
    const layers = batches.flatMap((batch) => convolutionsOfC.map((sizes) => ({ sizes, batch })));
    const rooms = Object.values(compiled).map((kernels) => new KernelRoom(kernels, 2 ** 28));
    const measured = await interleave(
      rooms.flatMap((room) =>
        layers.flatMap(({ sizes, batch }) =>
          Object.entries(calls(room, sizes, batch)).map(([pass, call]) =>
            timed(key(room, sizes, batch, pass), call, timing),
          ),
        ),
      ),
      timing.rounds,
    );

    /** @param {KernelRoom} room @param {ConvolutionSizes} sizes @param {number} batch */
    const ofLayer = (room, sizes, batch) =>
      passes.flatMap((pass) => {
        const name = key(room, sizes, batch, pass);
        const ms = measured.get(name);
        return ms
          ? [{ name, ms, rate: flops(sizes, batch) / (ms.median * 1e6), unit: 'GFLOP/s' }]
          : [];
      });
    return {
      measurements: rooms.flatMap((room) =>
        layers.flatMap(({ sizes, batch }) => ofLayer(room, sizes, batch)),
      ),
      ratios: [],
      tables: rooms.map((room) => ({
        title: `${room.compiled.variant}: GFLOP/s of convolutions`,
        header: ['images x channels x size', 'filters', ...passes, 'spread'],
        rows: layers.map(({ sizes, batch }) => {
          const layer = ofLayer(room, sizes, batch);
          return [
            `${batch} x ${sizes.channels} x ${sizes.size}^2`,
            `${sizes.outputs} of ${sizes.kernel}x${sizes.kernel}`,
            ...layer.map(({ rate }) => digits(rate)),
            percent(Math.max(...layer.map(({ ms }) => spread(ms)))),
          ];
        }),
      })),
    };
  },
};

/**
 * @param {KernelRoom} room
 * @param {ConvolutionSizes} sizes
 * @param {number} batch
 * @param {string} pass
 */
function key(room, { channels, size, outputs, kernel }, batch, pass) {
  const layer = `${batch}x${channels}x${size}x${size} to ${outputs}, ${kernel}x${kernel}`;
  return `${room.compiled.variant} convolution ${layer}, ${pass}`;
}

/**
 * @param {ConvolutionSizes} sizes
 * @param {number} batch
 */
function flops({ channels, size, outputs, kernel }, batch) {
  return 2 * batch * outputs * size * size * channels * kernel * kernel;
}

/**
 * @param {KernelRoom} room
 * @param {ConvolutionSizes} sizes
 * @param {number} batch
 * @returns {Record<string, () => number>} a call for each pass
 */
function calls(room, { channels, size, outputs, kernel, padding }, batch) {
  const [inputs, weights] = [batch * channels * size * size, outputs * channels * kernel * kernel];
  const [x, xGradient] = [room.floats(inputs), room.floats(inputs)];
  const [w, wGradient] = [room.floats(weights), room.floats(weights)];
  const outs = batch * outputs * size * size;
  const [y, yGradient] = [room.floats(outs), room.floats(outs)];
  const image = [batch, channels, size, size, outputs];
  const window = [kernel, kernel, 1, 1, 1, 1, padding, padding, size, size, 1];
  const sizes = [...image, ...window];
  const forward = room.kernel('conv2d_f32');
  const inputGradient = room.kernel('conv2dInputGrad_f32');
  const weightGradient = room.kernel('conv2dWeightGrad_f32');
  return {
    forward: () => forward(y, x, w, 0, ...sizes, 0),
    'input gradient': () => inputGradient(xGradient, yGradient, w, ...sizes),
    'weight gradient': () => weightGradient(wGradient, yGradient, x, ...sizes),
  };
}
