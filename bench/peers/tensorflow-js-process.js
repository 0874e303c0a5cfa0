/** TensorFlow.js with its WebAssembly backend as a peer: trains nets of linear layers. */
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { answerRequests, peakBytes, say } from '../line-answers.js';
import { batches } from '../training/samples.js';
import { linearSizesOf } from './linear-net.js';

/**
 * What is used of TensorFlow.js.
 *
 * @typedef {object} TfTensor
 * @property {() => Promise<unknown>} data
 * @property {() => void} dispose
 *
 * @typedef {object} TensorFlow
 * @property {(name: string) => Promise<boolean>} setBackend
 * @property {() => Promise<void>} ready
 * @property {(tensor: TfTensor) => TfTensor} variable
 * @property {(a: TfTensor, b: TfTensor) => TfTensor} matMul
 * @property {(a: TfTensor, b: TfTensor) => TfTensor} add
 * @property {(x: TfTensor) => TfTensor} relu
 * @property {(shape: number[], mean?: number, deviation?: number) => TfTensor} randomNormal
 * @property {(shape: number[]) => TfTensor} zeros
 * @property {(data: Int32Array, type: 'int32') => TfTensor} tensor1d
 * @property {(indices: TfTensor, depth: number) => TfTensor} oneHot
 * @property {{ softmaxCrossEntropy: (targets: TfTensor, logits: TfTensor) => TfTensor }} losses
 * @property {{ momentum: (lr: number, momentum: number) => { minimize: (loss: () => TfTensor, returnCost: boolean) => TfTensor | null } }} train
 */

const [main = '', backend = '', version = ''] = process.argv.slice(2);
/** @param {string} file */
const load = async (file) => {
  const loaded = /** @type {{ default: unknown }} */ (await import(file));
  return loaded.default;
};
const tf = /** @type {TensorFlow} */ (await load(main));
const wasm = /** @type {{ setWasmPaths: (folder: string) => void }} */ (await load(backend));
wasm.setWasmPaths(`${path.dirname(fileURLToPath(backend))}/`);
await tf.setBackend('wasm');
await tf.ready();
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
  const sizes = linearSizesOf(net, samples);
  const layers = sizes.map(({ inputs, outputs }) => ({
    w: tf.variable(tf.randomNormal([inputs, outputs], 0, 1 / Math.sqrt(inputs))),
    b: tf.variable(tf.zeros([outputs])),
  }));
  const classes = Int32Array.from({ length: batch }, (_, i) => i % samples.classes);
  const data = Array.from({ length: batches }, () => ({
    x: tf.randomNormal([batch, sizes[0]?.inputs ?? 0]),
    y: tf.oneHot(tf.tensor1d(classes, 'int32'), samples.classes),
  }));
  const optimizer = tf.train.momentum(lr, momentum);
  let steps = 0;
  return async (count) => {
    const since = performance.now();
    for (let i = 0; i < count; i++) {
      const { x, y } = data[steps++ % batches] ?? {};
      if (x === undefined || y === undefined) continue;
      const loss = optimizer.minimize(() => {
        const logits = layers.reduce((value, { w, b }, layer) => {
          const result = tf.add(tf.matMul(value, w), b);
          return layer === layers.length - 1 ? result : tf.relu(result);
        }, x);
        return tf.losses.softmaxCrossEntropy(y, logits);
      }, true);
      await loss?.data();
      loss?.dispose();
    }
    return (performance.now() - since) / count;
  };
}
