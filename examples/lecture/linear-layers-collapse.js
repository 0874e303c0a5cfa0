// A chain of linear layers is one linear layer: W3 (W2 (W1 x + b1) + b2) + b3 is W x + b, with the
// weights multiplied out. Three layers are trained on XOR, once with nothing between them and once
// with tanh: only the second has a chance, for no line parts the classes of XOR.
//
// Run: node examples/lecture/linear-layers-collapse.js
import { manualSeed, mse, nn, noGrad, tensor, zeros } from 'dltrain';
import { started } from './started.js';

/** @typedef {import('dltrain').Tensor} Tensor */

const f64 = /** @type {const} */ ({ dtype: 'f64' });
const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]], f64); // prettier-ignore
const y = tensor([[0], [1], [1], [0]], f64);

/**
 * The weight and the bias of the one layer that does what a chain of them does.
 *
 * @param {readonly nn.Linear[]} layers
 */
export function multiplyOut([first, ...others]) {
  if (first === undefined) throw new Error('There is no layer to multiply out.');
  /** @param {nn.Linear} layer */
  const biasOf = (layer) => layer.bias ?? zeros([layer.outFeatures], f64);
  return noGrad(() => {
    /** @type {{ weight: Tensor, bias: Tensor }} */
    const start = { weight: first.weight.clone(), bias: biasOf(first).clone() };
    // Each further layer takes W to V W, and b to V b + c, with its own weight V and bias c.
    return others.reduce(
      ({ weight, bias }, layer) => ({
        weight: layer.weight.matmul(weight),
        bias: layer.weight.matmul(bias).add(biasOf(layer)),
      }),
      start,
    );
  });
}

/**
 * Trains three layers of eight units, and compares their outputs with those of their product.
 *
 * @param {'none' | 'tanh'} activation what stands between the layers
 */
export function trainOnXor(activation, steps = 1500) {
  manualSeed(2);
  const layers = [new nn.Linear(2, 8, f64), new nn.Linear(8, 8, f64), new nn.Linear(8, 1, f64)];
  /** @param {readonly nn.Linear[]} chain */
  const separated = (chain) =>
    chain.flatMap((layer, i) => (i === 0 ? [layer] : [new nn.Tanh(), layer]));
  const model = new nn.Sequential(...(activation === 'none' ? layers : separated(layers)));

  const optimizer = new nn.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    mse(model.forward(x), y).backward();
    optimizer.step();
  }

  return noGrad(() => {
    const { weight, bias } = multiplyOut(layers);
    const outputs = model.forward(x);
    const collapsed = x.matmul(weight.T).add(bias);
    return {
      loss: mse(outputs, y).item(),
      outputs: [...outputs.toArray()],
      collapsed: [...collapsed.toArray()],
      difference: outputs.sub(collapsed).abs().max().item(),
    };
  });
}

if (started(import.meta.url)) {
  /** @param {readonly number[]} values */
  const list = (values) => values.map((value) => value.toFixed(3).padStart(7)).join('');
  console.log('XOR                  ', list([...y.toArray()]), '   mean squared error');
  for (const activation of /** @type {const} */ (['none', 'tanh'])) {
    const { loss, outputs, collapsed, difference } = trainOnXor(activation);
    console.log(`\nBetween the layers: ${activation}`);
    console.log('  three layers       ', list(outputs), '  ', loss.toFixed(6));
    console.log('  one, multiplied out', list(collapsed));
    console.log('  largest difference ', difference.toExponential(1));
  }
}
