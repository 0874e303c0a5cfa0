// Fits y = a + b x + c x^2 + d x^3 to sin x without automatic differentiation: the gradients of the
// loss are worked out on paper and typed in. Tensors serve as arrays here, and nothing is recorded.
// Compare dynamic-polynomial.js, where the machine finds the gradients.
//
// Run: node examples/lecture/polynomial-by-hand.js
import { linspace, manualSeed, randn, scope } from 'dltrain';
import { started } from './started.js';

/**
 * @param {object} [options]
 * @param {number} [options.steps]
 * @param {number} [options.learningRate]
 * @param {(step: number, loss: number) => void} [options.onStep] called after each step
 */
export function fitByHand({ steps = 2000, learningRate = 1e-6, onStep } = {}) {
  manualSeed(0);
  const x = linspace(-Math.PI, Math.PI, 2000);
  const y = x.sin();

  // Four numbers at random to begin with.
  let [a, b, c, d] = /** @type {[number, number, number, number]} */ (randn([4]).toList());

  for (let step = 1; step <= steps; step++) {
    // What is made inside of a scope is given back at its end.
    const [loss, byA, byB, byC, byD] = scope(() => {
      // Forward: the prediction, and the sum of its squared errors.
      const predicted = x.mul(d).add(c).mul(x).add(b).mul(x).add(a);
      const error = predicted.sub(y);

      // Backward: L = sum e^2, so dL/dp = 2 e at every point. The prediction p contains a times 1,
      // b times x, c times x^2 and d times x^3; these factors are its derivatives, and the chain rule
      // sums over the points.
      const slope = error.mul(2);
      return [
        error.square().sum().item(),
        slope.sum().item(),
        slope.mul(x).sum().item(),
        slope.mul(x.pow(2)).sum().item(),
        slope.mul(x.pow(3)).sum().item(),
      ];
    });

    // Update: a small step against the gradient.
    a -= learningRate * byA;
    b -= learningRate * byB;
    c -= learningRate * byC;
    d -= learningRate * byD;
    onStep?.(step, loss);
  }
  return { a, b, c, d };
}

if (started(import.meta.url)) {
  console.log('a + b x + c x^2 + d x^3 is fitted to sin x on [-pi, pi], at 2,000 points');
  console.log(' step  loss, the sum of squared errors');
  const { a, b, c, d } = fitByHand({
    onStep: (step, loss) => {
      if (step % 100 === 0) console.log(String(step).padStart(5), loss.toFixed(4));
    },
  });
  const [a4, b4, c4, d4] = [a, b, c, d].map((value) => value.toFixed(4));
  console.log(`y = ${a4} + ${b4} x + ${c4} x^2 + ${d4} x^3`);
}
