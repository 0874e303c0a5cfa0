// y = log x1 + x1 x2 - sin x2 at (2, 5), differentiated in both modes, step by step.
//
//   v1 = log x1   v2 = x1 x2   v3 = sin x2   v4 = v1 + v2   v5 = v4 - v3 = y
//
// Forward mode carries a tangent dv/dx1 along with every value: one sweep for each input. Reverse mode
// walks back from y with an adjoint dy/dv for every value: one sweep for all inputs.
//
// Run: node examples/lecture/worked-example.js
import { gradientsOf, jvp, tensor } from 'dltrain';
import { started } from './started.js';

/** @typedef {import('dltrain').Tensor} Tensor */

/**
 * All intermediate values, v1 to v5; the last is y.
 *
 * @param {Tensor} x1
 * @param {Tensor} x2
 */
export function steps(x1, x2) {
  const v1 = x1.log();
  const v2 = x1.mul(x2);
  const v3 = x2.sin();
  const v4 = v1.add(v2);
  const v5 = v4.sub(v3);
  return [v1, v2, v3, v4, v5];
}

const point = () => [2, 5].map((value) => tensor(value, { dtype: 'f64', requiresGrad: true }));

/** @param {readonly Tensor[]} tensors */
const numbers = (tensors) => tensors.map((each) => each.item());

/**
 * Values and tangents of v1 to v5, for a step of size 1 in one of the inputs.
 *
 * @param {'x1' | 'x2'} by
 */
export function forwardMode(by) {
  const seeds = by === 'x1' ? [1, 0] : [0, 1];
  const direction = seeds.map((seed) => tensor(seed, { dtype: 'f64' }));
  const [values, tangents] = jvp(steps, point(), direction);
  return { values: numbers(values), tangents: numbers(tangents) };
}

/** Adjoints of v1 to v5 and of both inputs, and what each input collects on the way, in order. */
export function reverseMode() {
  const [x1, x2] = /** @type {[Tensor, Tensor]} */ (point());
  const [v1, v2, v3, v4, v5] = /** @type {[Tensor, Tensor, Tensor, Tensor, Tensor]} */ (
    steps(x1, x2)
  );
  const once = gradientsOf(v5, [v1, v2, v3, v4, v5, x1, x2], { retainGraph: true });

  // The same sweep by hand: what the adjoint of a node sends along one of its edges.
  const [a1, a2, a3] = /** @type {[Tensor, Tensor, Tensor]} */ (once);
  /** @type {(v: Tensor, adjoint: Tensor, x: Tensor) => number} */
  const sent = (v, adjoint, x) =>
    gradientsOf(v, [x], { seed: adjoint, retainGraph: true })[0]?.item() ?? NaN;
  const [product1, logarithm] = [sent(v2, a2, x1), sent(v1, a1, x1)];
  const [sine, product2] = [sent(v3, a3, x2), sent(v2, a2, x2)];

  const [d1 = NaN, d2 = NaN] = numbers(once.slice(5));
  return {
    adjoints: numbers(once.slice(0, 5)),
    gradient: { x1: d1, x2: d2 },
    collected: { x1: [product1, product1 + logarithm], x2: [sine, sine + product2] },
  };
}

if (started(import.meta.url)) {
  const byX1 = forwardMode('x1');
  const byX2 = forwardMode('x2');
  const { adjoints, gradient, collected } = reverseMode();
  /** @param {number | undefined} value */
  const cell = (value) => (value ?? NaN).toFixed(3).padStart(10);
  console.log('node              value    dv/dx1    dv/dx2     dy/dv');
  ['v1 = log x1', 'v2 = x1 x2', 'v3 = sin x2', 'v4 = v1 + v2', 'v5 = v4 - v3'].forEach((name, i) =>
    console.log(
      name.padEnd(13),
      [byX1.values, byX1.tangents, byX2.tangents, adjoints]
        .map((column) => cell(column[i]))
        .join(''),
    ),
  );
  console.log('\nForward mode: two sweeps, the tangents of the last row are the two derivatives.');
  console.log('Reverse mode: one sweep, from the last row to the first; the inputs collect');
  for (const x of /** @type {const} */ (['x1', 'x2'])) {
    const way = collected[x].map((value) => value.toFixed(3)).join(', then ');
    console.log(`  ${x}: ${way}: dy/d${x} = ${gradient[x].toFixed(3)}`);
  }
}
