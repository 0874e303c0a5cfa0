// A network is a composition of modules, a_L = h_L(... h_1(x, w_1) ..., w_L). A module takes a tensor,
// returns one, may hold parameters and other modules, and is differentiable almost everywhere.
//
// Run: node examples/lecture/modules.js
import { jacobian, manualSeed, mse, nn, randn } from 'dltrain';
import { started } from './started.js';

/** @typedef {import('dltrain').Tensor} Tensor */

/** A way around whatever is inside: modules need not be connected in a chain. */
export class Around extends nn.Module {
  /** @param {nn.Module} inner */
  constructor(inner) {
    super();
    this.inner = inner;
  }

  /**
   * @override
   * @param {Tensor} x
   */
  forward(x) {
    return x.add(this.inner.forward(x));
  }
}

/** A module inside of itself: there is no first value to begin with. */
export function cycle() {
  const outer = new Around(new nn.Tanh());
  outer.inner = new nn.Sequential(new nn.Linear(4, 4), outer);
  return outer;
}

/** The linear layer `h = x wT + b` of 3 inputs and 2 units, and its derivative dh/dx, which is w. */
export function linearLayer() {
  manualSeed(11);
  const layer = new nn.Linear(3, 2);
  const batch = layer.forward(randn([5, 3]));
  const slope = jacobian((/** @type {Tensor} */ x) => layer.forward(x))(randn([3]));
  return { weight: layer.weight, shape: batch.shape, slope };
}

/** Initialise at random; forward, loss, backward, update; repeat. */
export function trainNetwork(steps = 200) {
  manualSeed(12);
  const model = new nn.Sequential(
    new nn.Linear(4, 8), // any number of units
    new Around(new nn.Sequential(new nn.Linear(8, 8), new nn.Tanh())), // and of layers
    new nn.Linear(8, 1),
  );
  const x = randn([64, 4]);
  const y = x.square().sum({ axis: 1, keepdim: true }).sqrt();
  const optimizer = new nn.SGD(model.parameters(), { lr: 0.1 });
  const losses = Array.from({ length: steps }, () => {
    const prediction = model.forward(x); // forward: from the input to the prediction
    const loss = mse(prediction, y);
    optimizer.zeroGrad();
    loss.backward(); // backward: gradients by every weight
    optimizer.step(); // update: a small step against them
    return loss.item();
  });
  return { model, losses };
}

if (started(import.meta.url)) {
  const { weight, shape, slope } = linearLayer();
  console.log(`A linear layer takes [5, 3] to [${shape.join(', ')}]. Its weight is`, weight);
  console.log('and its derivative by the input', slope);

  const { model, losses } = trainNetwork();
  console.log('\nA network:', model);
  console.log('Its loss at every 40th step');
  for (let i = 0; i < losses.length; i += 40) console.log(`  ${losses[i]?.toFixed(4)}`);
  for (const [name, { shape: its }] of model.namedParameters()) {
    console.log(`  ${name.padEnd(20)} [${its.join(', ')}]`);
  }

  console.log('\nA module inside of itself:');
  try {
    cycle().parameters();
  } catch (error) {
    console.log(`  ${String(error)}`);
  }
}
