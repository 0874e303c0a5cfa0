// Width against depth, at (nearly) equal numbers of parameters.
//
// 1. What can be expressed. A network of ReLUs is piecewise linear. One hidden layer of n units has at
//    most n + 1 pieces; the tent map, applied to itself, doubles its pieces with every two units of
//    depth. So with the same parameters a deep network can fold the line far more often.
// 2. What is learned. Networks of one budget, from wide to deep, are trained on a function made of one
//    inside another. Some depth helps; too much makes the layers narrow and the training hard.
//
// Run: node examples/lecture/width-against-depth.js (some seconds)
import { linspace, manualSeed, mse, nn, noGrad, tensor } from 'dltrain';
import { started } from './started.js';

/** @typedef {import('dltrain').Tensor} Tensor */

/** @param {nn.Module} model */
export const countParameters = (model) =>
  model.parameters().reduce((sum, { size }) => sum + size, 0);

/**
 * The tent map applied `depth` times: each layer holds relu(x) and relu(x - 1/2), and the next one
 * reads 2 relu(x) - 4 relu(x - 1/2), which rises from 0 to 1 and falls again.
 *
 * @param {number} depth
 */
export function tents(depth) {
  /** @type {nn.Module[]} */
  const layers = [];
  for (let i = 0; i < depth; i++) {
    const hidden = new nn.Linear(i === 0 ? 1 : 2, 2);
    hidden.weight.assign(tensor(i === 0 ? [[1], [1]] : [[2, -4], [2, -4]])); // prettier-ignore
    hidden.bias?.assign(tensor([0, -0.5]));
    layers.push(hidden, new nn.ReLU());
  }
  const last = new nn.Linear(2, 1);
  last.weight.assign(tensor([[2, -4]]));
  last.bias?.assign(tensor([0]));
  return new nn.Sequential(...layers, last);
}

/**
 * How many straight pieces the output has over [0, 1], told by its changes of slope.
 *
 * @param {nn.Module} model
 */
export function countPieces(model, points = 2 ** 12 + 1) {
  const values = noGrad(() => model.forward(linspace(0, 1, points).reshape([points, 1]))).toArray();
  const slopes = Array.from({ length: points - 1 }, (_, i) =>
    ((values[i + 1] ?? 0) - (values[i] ?? 0)) * (points - 1),
  ); // prettier-ignore
  return (
    1 + slopes.filter((slope, i) => i > 0 && Math.abs(slope - (slopes[i - 1] ?? 0)) > 0.1).length
  );
}

const x = linspace(-1, 1, 256).reshape([256, 1]);
const inner = x.mul(5).sin();
const y = inner.mul(5).sin(); // sin(5 sin(5 x))

/**
 * @param {number} depth hidden layers
 * @param {number} width units in each
 */
export function trainNetwork(depth, width, steps = 3000) {
  manualSeed(3);
  const layers = Array.from({ length: depth }, (_, i) => [
    new nn.Linear(i === 0 ? 1 : width, width, {
      weightInitializer: nn.init.kaimingUniform({ gain: i === 0 ? 3 : 'tanh' }),
    }),
    new nn.Tanh(),
  ]);
  const model = new nn.Sequential(...layers.flat(), new nn.Linear(width, 1));
  const optimizer = new nn.Adam(model.parameters(), { lr: 0.01 });
  for (let step = 0; step < steps; step++) {
    optimizer.lr = 0.01 * (1 - step / steps);
    optimizer.zeroGrad();
    mse(model.forward(x), y).backward();
    optimizer.step();
  }
  const error = noGrad(() => Math.sqrt(mse(model.forward(x), y).item()));
  return { depth, width, parameters: countParameters(model), error };
}

/** From wide to deep, each with about 300 parameters. */
export const shapes = /** @type {const} */ ([
  [1, 100],
  [2, 15],
  [3, 11],
  [5, 8],
  [10, 5],
]);

if (started(import.meta.url)) {
  console.log(
    'depth  parameters  pieces of the tent map  of one hidden layer with as many, at most',
  );
  for (const depth of [1, 2, 4, 6, 8]) {
    const model = tents(depth);
    const parameters = countParameters(model);
    const units = Math.floor((parameters - 1) / 3); // one hidden layer of n units has 3 n + 1
    const cells = [countPieces(model), units + 1].map((count) => String(count).padStart(22));
    console.log(
      `${String(depth).padStart(5)}  ${String(parameters).padStart(10)} ${cells.join(' ')}`,
    );
  }
  console.log('\ndepth  width  parameters  error after training on sin(5 sin(5 x))');
  for (const [depth, width] of shapes) {
    const { parameters, error } = trainNetwork(depth, width);
    const counts = [depth, width, parameters].map((count, i) =>
      String(count).padStart([5, 7, 12][i] ?? 0),
    );
    console.log(`${counts.join('')}  ${error.toFixed(5)}`);
  }
}
