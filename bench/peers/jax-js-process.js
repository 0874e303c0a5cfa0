/** jax-js as a peer: trains nets of linear layers, one step compiled as a whole. */
import process from 'node:process';
import { answerRequests, peakBytes, say } from '../line-answers.js';
import { batches } from '../training/samples.js';
import { linearSizesOf } from './linear-net.js';

/**
 * What is used of jax-js. A function takes over the arrays it is given; `ref` keeps one.
 *
 * @typedef {object} JaxArray
 * @property {JaxArray} ref
 * @property {(other: JaxArray | number) => JaxArray} add
 * @property {(other: JaxArray | number) => JaxArray} sub
 * @property {(other: JaxArray | number) => JaxArray} mul
 * @property {() => JaxArray} sum
 * @property {() => void} dispose
 *
 * @typedef {{ w: JaxArray, b: JaxArray }[]} Parameters
 * @typedef {(parameters: Parameters, momenta: Parameters, x: JaxArray, y: JaxArray) => [Parameters, Parameters, JaxArray]} Step
 *
 * @typedef {object} Jax
 * @property {() => Promise<string[]>} init
 * @property {(device: string) => void} defaultDevice
 * @property {(step: Step) => Step} jit
 * @property {(loss: (parameters: Parameters, x: JaxArray, y: JaxArray) => JaxArray) => (parameters: Parameters, x: JaxArray, y: JaxArray) => [JaxArray, Parameters]} valueAndGrad
 * @property {(array: JaxArray) => Promise<unknown>} blockUntilReady
 * @property {{ matmul: (a: JaxArray, b: JaxArray) => JaxArray, zeros: (shape: number[]) => JaxArray, zerosLike: (x: JaxArray) => JaxArray, array: (data: Float32Array, options: { shape: number[] }) => JaxArray }} numpy
 * @property {{ relu: (x: JaxArray) => JaxArray, logSoftmax: (x: JaxArray) => JaxArray }} nn
 * @property {{ key: (seed: number) => JaxArray, normal: (key: JaxArray, shape: number[]) => JaxArray }} random
 * @property {{ map: (f: (...leaves: JaxArray[]) => JaxArray, ...trees: Parameters[]) => Parameters, ref: (tree: Parameters) => Parameters }} tree
 */

const [main = '', version = ''] = process.argv.slice(2);
const jax = /** @type {Jax} */ (await import(main));
await jax.init();
jax.defaultDevice('wasm');
say({ version, node: process.version });

/** @type {((steps: number) => Promise<number>) | null} */
let train = null;
await answerRequests(async (request) => {
  if (request.task === 'memory') return { bytes: peakBytes() };
  train ??= trainer(/** @type {import('./linear-net.js').StepRequest} */ (request));
  return { ms: await train(Number(request.steps)) };
});

/**
 * @param {import('./linear-net.js').StepRequest} request
 * @returns {(steps: number) => Promise<number>} trains, and gives the mean time of a step
 */
function trainer({ net, samples, batch, lr, momentum }) {
  const { numpy: np, nn, random, tree } = jax;
  const sizes = linearSizesOf(net, samples);
  let parameters = sizes.map(({ inputs, outputs }, i) => ({
    w: random.normal(random.key(i), [inputs, outputs]).mul(1 / Math.sqrt(inputs)),
    b: np.zeros([outputs]),
  }));
  let momenta = tree.map((one) => np.zerosLike(one), tree.ref(parameters));
  const data = Array.from({ length: batches }, (_, i) => ({
    x: random.normal(random.key(100 + i), [batch, sizes[0]?.inputs ?? 0]),
    y: np.array(oneHot(batch, samples.classes), { shape: [batch, samples.classes] }),
  }));
  /** @param {Parameters} parameters @param {JaxArray} x @param {JaxArray} y */
  const loss = (parameters, x, y) => {
    const logits = parameters.reduce((value, { w, b }, i) => {
      const result = np.matmul(value, w).add(b);
      return i === parameters.length - 1 ? result : nn.relu(result);
    }, x);
    return nn
      .logSoftmax(logits)
      .mul(y)
      .sum()
      .mul(-1 / batch);
  };
  const step = jax.jit((parameters, momenta, x, y) => {
    const [value, gradients] = jax.valueAndGrad(loss)(tree.ref(parameters), x, y);
    const updated = tree.map(
      (before = x, gradient = x) => before.mul(momentum).add(gradient),
      momenta,
      gradients,
    );
    const moved = tree.map(
      (before = x, speed = x) => before.sub(speed.mul(lr)),
      parameters,
      tree.ref(updated),
    );
    return [moved, updated, value];
  });
  let steps = 0;
  return async (count) => {
    const since = performance.now();
    for (let i = 0; i < count; i++) {
      const { x, y } = data[steps++ % batches] ?? {};
      if (x === undefined || y === undefined) continue;
      const [moved, updated, value] = step(parameters, momenta, x.ref, y.ref);
      [parameters, momenta] = [moved, updated];
      await jax.blockUntilReady(value.ref);
      value.dispose();
    }
    return (performance.now() - since) / count;
  };
}

/**
 * @param {number} rows
 * @param {number} classes
 */
function oneHot(rows, classes) {
  const numbers = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) numbers[row * classes + (row % classes)] = 1;
  return numbers;
}
