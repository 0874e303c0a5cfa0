// The chain rule on a graph, three times.
//
// 1. Product rule: L = y1 + y2 with y1 = x1 x2, y2 = x2^2. Of L's derivative by x1 only the path through
//    y1 tells, dL/dx1 = x2; two paths lead to x2, and dL/dx2 = x1 + 2 x2 is their sum.
// 2. As vectors: from three variables by way of two to one number, the derivative is a product of
//    Jacobians, (1 x 2) (2 x 3).
// 3. For h: R^m -> R^n forward mode gives a column of the Jacobian a sweep, reverse mode a row: m sweeps
//    against n.
//
// Run: node examples/lecture/paths-and-jacobians.js
import { customOp, gradientsOf, jacobian, manualSeed, randn, stack, tensor } from 'dltrain';
import { started } from './started.js';

/** @typedef {import('dltrain').Tensor} Tensor */

const f64 = /** @type {const} */ ({ dtype: 'f64' });

/** The derivatives of L = x1 x2 + x2^2, and the share of each path. */
export function sumOverPaths(x1 = 3, x2 = 4) {
  const [a, b] = [x1, x2].map((value) => tensor(value, { ...f64, requiresGrad: true }));
  if (a === undefined || b === undefined) throw new Error('There are two variables.');
  const y1 = a.mul(b);
  const y2 = b.square();
  const loss = y1.add(y2);
  /** @type {(of: Tensor, by: readonly Tensor[]) => number[]} */
  const derivatives = (of, by) =>
    gradientsOf(of, by, { retainGraph: true, keepOutput: true }).map((each) => each.item());
  const [byY1 = NaN, byY2 = NaN] = derivatives(loss, [y1, y2]);
  const [y1ByX1 = NaN, y1ByX2 = NaN] = derivatives(y1, [a, b]);
  const [y2ByX1 = NaN, y2ByX2 = NaN] = derivatives(y2, [a, b]);
  return {
    paths: { x1: [byY1 * y1ByX1, byY2 * y2ByX1], x2: [byY1 * y1ByX2, byY2 * y2ByX2] },
    gradient: derivatives(loss, [a, b]),
  };
}

/** The Jacobians of two maps, their product, and the derivative of the one inside the other. */
export function productOfJacobians() {
  const x = tensor([1, 2, 3], f64);
  /** @param {Tensor} input three numbers */
  const middle = (input) => {
    const [x1, x2, x3] = /** @type {[Tensor, Tensor, Tensor]} */ (input.unbind());
    return stack([x1.mul(x2), x2.add(x3.sin())]);
  };
  /** @param {Tensor} y two numbers */
  const last = (y) => y.square().sum();

  const inner = jacobian(middle)(x);
  const outer = jacobian(last)(middle(x)).unsqueeze(0);
  const whole = jacobian((input) => last(middle(input)))(x);
  return { outer, inner, product: outer.matmul(inner), whole };
}

/**
 * How often each mode goes through the graph of a function with `m` inputs and `n` results, counted by an
 * op of our own whose rules count their calls.
 *
 * @param {number} m
 * @param {number} n
 */
export function countSweeps(m, n) {
  manualSeed(9);
  const weight = randn([n, m]);
  const sweeps = { forward: 0, reverse: 0, auto: 0 };
  /** @type {keyof typeof sweeps} */
  let mode = 'auto';
  const sine = customOp({
    name: 'countedSine',
    forward: (/** @type {Tensor} */ x) => x.sin(),
    vjp: (gradient, { inputs: [x] }) => {
      sweeps[mode] += 1;
      return [gradient.mul(x.cos())];
    },
    jvp: ([tangent], { inputs: [x] }) => {
      sweeps[mode] += 1;
      return tangent.mul(x.cos());
    },
  });
  /** @param {Tensor} x */
  const h = (x) => sine(weight.matmul(x));
  for (mode of /** @type {const} */ (['forward', 'reverse', 'auto'])) {
    jacobian(h, { mode })(randn([m]));
  }
  return sweeps;
}

if (started(import.meta.url)) {
  const { paths, gradient } = sumOverPaths();
  console.log('L = x1 x2 + x2^2 at (3, 4)');
  console.log(`  dL/dx1 = ${paths.x1.join(' + ')} = ${gradient[0]}`);
  console.log(`  dL/dx2 = ${paths.x2.join(' + ')} = ${gradient[1]}`);

  const { outer, inner, product, whole } = productOfJacobians();
  console.log('\nJacobian of the last step, 1 x 2:', outer);
  console.log('Jacobian of the first, 2 x 3:', inner);
  console.log('their product:', product);
  console.log('the derivative of the whole:', whole);

  console.log('\n     m      n   forward  reverse  auto');
  for (const [m, n] of /** @type {const} */ ([
    [1, 50],
    [50, 1],
    [3, 2],
    [20, 30],
  ])) {
    const { forward, reverse, auto } = countSweeps(m, n);
    const widths = [6, 7, 10, 9, 6];
    console.log(
      [m, n, forward, reverse, auto].map((v, i) => String(v).padStart(widths[i] ?? 0)).join(''),
    );
  }
}
