// The smallest deep network: one number in, one hidden unit, one output, two weights.
//
//   h1 = s(w1 x)   h2 = s(w2 h1)   L = 1/2 (y - h2)^2     with s the sigmoid, s' = s (1 - s)
//
// Its four gradients are written out by the chain rule, from the loss backwards, each from the one
// before it; and beside them stand those that automatic differentiation finds.
//
// Run: node examples/lecture/two-layer-scalar-network.js
import { gradientsOf, tensor } from 'dltrain';
import { started } from './started.js';

/**
 * @param {object} [values]
 * @param {number} [values.x]
 * @param {number} [values.y]
 * @param {number} [values.w1]
 * @param {number} [values.w2]
 */
export function twoLayers({ x = 1.5, y = 1, w1 = 0.8, w2 = -0.4 } = {}) {
  // The network, as a program: each line is a node of the graph.
  const weight1 = tensor(w1, { dtype: 'f64', requiresGrad: true });
  const weight2 = tensor(w2, { dtype: 'f64', requiresGrad: true });
  const hidden1 = weight1.mul(x).sigmoid();
  const hidden2 = weight2.mul(hidden1).sigmoid();
  const loss = hidden2.sub(y).square().mul(0.5);
  const [h1, h2] = [hidden1.item(), hidden2.item()];

  // On paper.
  const byH2 = -(y - h2);
  const byW2 = byH2 * h1 * h2 * (1 - h2);
  const byH1 = byH2 * w2 * h2 * (1 - h2);
  const byW1 = byH1 * x * h1 * (1 - h1);

  // By the machine: one reverse sweep gives all four.
  const automatic = gradientsOf(loss, [hidden2, weight2, hidden1, weight1], { keepOutput: true });
  const [autoH2, autoW2, autoH1, autoW1] = automatic.map((gradient) => gradient.item());

  return {
    values: { h1, h2, loss: loss.item() },
    gradients: [
      { of: 'dL/dh2', rule: '-(y - h2)', manual: byH2, automatic: autoH2 ?? NaN },
      { of: 'dL/dw2', rule: 'dL/dh2 h1 h2 (1 - h2)', manual: byW2, automatic: autoW2 ?? NaN },
      { of: 'dL/dh1', rule: 'dL/dh2 w2 h2 (1 - h2)', manual: byH1, automatic: autoH1 ?? NaN },
      { of: 'dL/dw1', rule: 'dL/dh1 x h1 (1 - h1)', manual: byW1, automatic: autoW1 ?? NaN },
    ],
  };
}

if (started(import.meta.url)) {
  const { values, gradients } = twoLayers();
  for (const [name, value] of Object.entries(values)) console.log(name.padEnd(6), value.toFixed(6));
  console.log('\n                                 by hand     automatic');
  for (const { of, rule, manual, automatic } of gradients) {
    const numbers = [manual, automatic].map((value) => value.toFixed(8).padStart(12)).join('  ');
    console.log(`${of} = ${rule.padEnd(21)} ${numbers}`);
  }
}
