// Why deep networks of sigmoids are hard to train. The sigmoid squashes all numbers into (0, 1), and its
// slope is 1/4 at most: every layer that a gradient passes on its way back makes it smaller. The
// table shows how much arrives at each layer, for the sigmoid, tanh and ReLU.
//
// Run: node examples/lecture/vanishing-gradients.js
import { grad, manualSeed, mse, nn, randn } from 'dltrain';
import { started } from './started.js';

/** @typedef {import('dltrain').Tensor} Tensor */

const activations = {
  sigmoid: { make: () => new nn.Sigmoid(), initializer: nn.init.xavierUniform() },
  tanh: { make: () => new nn.Tanh(), initializer: nn.init.xavierUniform({ gain: 'tanh' }) },
  relu: { make: () => new nn.ReLU(), initializer: nn.init.kaimingUniform() },
};

/**
 * Statistics of the outputs, and the norms of the gradients that reach them, after each activation of a
 * network as it is before training, each with the initial weights that suit it.
 *
 * @param {keyof typeof activations} activation
 */
export function gradientsByLayer(activation, depth = 10, width = 64) {
  manualSeed(4);
  const { make, initializer } = activations[activation];
  const hidden = Array.from({ length: depth }, () => [
    new nn.Linear(width, width, { weightInitializer: initializer, biasInitializer: nn.init.zeros }),
    make(),
  ]);
  const model = new nn.Sequential(...hidden.flat(), new nn.Linear(width, 1));
  const [x, y] = [randn([128, width]), randn([128, 1])];
  return nn
    .layerStatistics(model, x, (output) => mse(output, y))
    .filter(({ kind }) => kind !== 'Linear');
}

/**
 * What the sigmoid makes of numbers of growing size: the range of its values, and its mean slope.
 *
 * @param {number} scale standard deviation of the numbers that go in
 */
export function squash(scale) {
  manualSeed(5);
  const x = randn([1000]).mul(scale);
  const values = x.sigmoid();
  const slopes = grad((/** @type {Tensor} */ input) => input.sigmoid().sum())(x);
  return {
    scale,
    low: values.min().item(),
    high: values.max().item(),
    slope: slopes.mean().item(),
    steepest: slopes.max().item(),
  };
}

if (started(import.meta.url)) {
  console.log('The sigmoid squashes');
  for (const scale of [0.1, 1, 10, 100]) {
    const { low, high, slope } = squash(scale);
    const range = `(${low.toFixed(3)}, ${high.toFixed(3)})`;
    console.log(
      `  numbers of size ${String(scale).padEnd(4)} to ${range}, mean slope ${slope.toFixed(4)}`,
    );
  }

  const names = /** @type {const} */ (['sigmoid', 'tanh', 'relu']);
  const tables = names.map((name) => gradientsByLayer(name));
  console.log(
    '\nStandard deviation of the activations, and norm of the gradient that reaches them',
  );
  console.log('layer', ...names.map((name) => name.padStart(21)));
  tables[0]?.forEach((_, layer) => {
    const cells = tables.map((table) => {
      const { activation, gradient } = table[layer] ?? {};
      const [spread, norm] = [activation?.deviation ?? NaN, gradient?.norm ?? NaN];
      return `${spread.toFixed(4).padStart(11)} ${norm.toExponential(1).padStart(9)}`;
    });
    console.log(String(layer + 1).padStart(5), ...cells);
  });
  for (const [i, name] of names.entries()) {
    const ratio =
      (tables[i]?.[0]?.gradient?.norm ?? NaN) / (tables[i]?.at(-1)?.gradient?.norm ?? NaN);
    console.log(
      `${name}: the first layer gets ${ratio.toExponential(1)} of what the last one gets`,
    );
  }
}
