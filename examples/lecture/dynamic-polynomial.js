// Fits a polynomial whose graph is another one at each step. The module draws at random whether to
// add nothing, e x^4, or e x^4 + e x^5 to a polynomial of third degree: ordinary control flow, and
// one parameter that is used never, once or twice. Nothing has to be declared for that. The graph is
// what ran, and `backward()` walks it.
//
// Run: node examples/lecture/dynamic-polynomial.js (some seconds)
import { linspace, manualSeed, mse, nn, randn, random } from 'dltrain';
import { started } from './started.js';

/** @typedef {import('dltrain').Tensor} Tensor */

export class DynamicPolynomial extends nn.Module {
  a = new nn.Parameter(randn([]));
  b = new nn.Parameter(randn([]));
  c = new nn.Parameter(randn([]));
  d = new nn.Parameter(randn([]));
  e = new nn.Parameter(randn([]));

  /**
   * @override
   * @param {Tensor} x
   */
  forward(x) {
    let y = this.a
      .add(this.b.mul(x))
      .add(this.c.mul(x.pow(2)))
      .add(this.d.mul(x.pow(3)));
    // 3, 4 or 5, a third each. The same e stands before both higher powers.
    const degree = 3 + Math.floor(3 * random());
    for (let power = 4; power <= degree; power++) y = y.add(this.e.mul(x.pow(power)));
    return y;
  }

  formula() {
    const [a, b, c, d, e] = this.parameters().map((parameter) => {
      const value = parameter.item();
      return Math.abs(value) < 0.001 ? value.toExponential(3) : value.toFixed(4);
    });
    return `y = ${a} + ${b} x + ${c} x^2 + ${d} x^3 + ${e} x^4 ? + ${e} x^5 ?`;
  }
}

/**
 * @param {object} [options]
 * @param {number} [options.steps]
 * @param {(step: number, loss: number) => void} [options.onLoss] called every 2,000 steps
 */
export function fitDynamically({ steps = 30_000, onLoss } = {}) {
  manualSeed(0);
  const x = linspace(-Math.PI, Math.PI, 2000);
  const y = x.sin();
  const model = new DynamicPolynomial();
  const optimizer = new nn.SGD(model.parameters(), { lr: 1e-8, momentum: 0.9 });

  for (let step = 1; step <= steps; step++) {
    const loss = mse(model.forward(x), y, { reduction: 'sum' });
    if (step % 2000 === 0) onLoss?.(step, loss.item());
    optimizer.zeroGrad(); // so that e has no gradient where it was not used, and is left alone
    loss.backward();
    optimizer.step();
  }
  return model;
}

if (started(import.meta.url)) {
  console.log('A polynomial of degree 3, 4 or 5 at random is fitted to sin x on [-pi, pi]');
  console.log('  step  loss, the sum of squared errors');
  const model = fitDynamically({
    onLoss: (step, loss) => console.log(String(step).padStart(6), loss.toFixed(4)),
  });
  console.log(model.formula());
}
