// Universal approximation: a network with one hidden layer comes as near to a continuous function as
// you like, if the layer is wide enough. Layers of growing width are fitted to a wiggly function, and
// the error falls.
//
// Run: node examples/lecture/universal-approximation.js (some seconds)
import { linspace, manualSeed, mse, nn, noGrad } from 'dltrain';
import { started } from './started.js';

/** @typedef {import('dltrain').Tensor} Tensor */

const x = linspace(-1, 1, 200).reshape([200, 1]);
const y = x.mul(4).sin().add(x.mul(13).sin().mul(0.4));

/**
 * Fits a layer of so many units of tanh by Adam, with a learning rate that falls to zero.
 *
 * @param {number} width
 */
export function fit(width, steps = 2000) {
  manualSeed(1);
  const wide = nn.init.uniform(-6, 6); // slopes as steep as those of the function
  const model = new nn.Sequential(
    new nn.Linear(1, width, { weightInitializer: wide, biasInitializer: wide }),
    new nn.Tanh(),
    new nn.Linear(width, 1),
  );
  const optimizer = new nn.Adam(model.parameters(), { lr: 0.03 });
  for (let step = 0; step < steps; step++) {
    optimizer.lr = 0.03 * (1 - step / steps);
    optimizer.zeroGrad();
    mse(model.forward(x), y).backward();
    optimizer.step();
  }
  return noGrad(() => {
    const fitted = model.forward(x);
    return { width, error: Math.sqrt(mse(fitted, y).item()), curve: [...fitted.toArray()] };
  });
}

/**
 * A curve as a line of text: the higher the bar, the greater the value.
 *
 * @param {readonly number[]} values
 */
function sparkline(values, columns = 50) {
  const bars = '▁▂▃▄▅▆▇█';
  const heights = Array.from({ length: columns }, (_, i) => {
    const value = values[Math.floor(((i + 0.5) * values.length) / columns)] ?? 0;
    return Math.round(((value + 1.4) / 2.8) * (bars.length - 1));
  });
  return heights.map((height) => bars[Math.min(bars.length - 1, Math.max(0, height))]).join('');
}

if (started(import.meta.url)) {
  console.log('One hidden layer of each width is fitted to a function on an interval');
  console.log('width     error   what it computes from left to right');
  console.log(`the function      ${sparkline([...y.toArray()])}`);
  for (const width of [1, 2, 4, 8, 16, 32]) {
    const { error, curve } = fit(width);
    console.log(`${String(width).padStart(5)}  ${error.toFixed(6)}   ${sparkline(curve)}`);
  }
}
